using System.Diagnostics;
using Plumbline.Training.Recipes;

namespace Plumbline.Training.Runs;

/// <summary>What surrounds the steps of any trainer: evaluation, checkpoints, interruption, resumption, export.</summary>
public static class TrainingLoop
{
    /// <summary>Runs a trainer from where the folder's last checkpoint left it to its end, then exports to <c>final/</c>.</summary>
    /// <param name="trainer">Fresh; its state is restored here.</param>
    /// <param name="folder">The run's folder, held.</param>
    /// <param name="options">How often to evaluate and save.</param>
    /// <param name="observer">Told of every step.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl-C: the state after the last whole step is saved.</param>
    /// <returns>How it ended, with the last metrics.</returns>
    public static async Task<TrainingOutcome> RunAsync(
        ITrainer trainer, RunFolder folder, TrainingOptions options, IRunObserver observer, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        RunCost? earlier = folder.LatestCheckpoint() is null ? null : RunCost.Read(folder.CostPath);
        int done = 0;
        if (folder.LatestCheckpoint() is { } checkpoint)
        {
            trainer.LoadState(checkpoint.Path);
            done = checkpoint.Step;
            observer.OnMessage(new RunMessage(RunSeverity.Information, $"Going on after step {done}."));
        }
        using var log = new RunLog(folder, observer, done > 0 ? done : -1);
        int saved = done;
        void Save()
        {
            if (saved == done && done > 0)
                return;
            folder.SaveCheckpoint(done, trainer.SaveState, options.SaveTotalLimit);
            saved = done;
        }

        Dictionary<string, double> metrics = [];
        bool converged = trainer.HasConverged;
        try
        {
            if (done == 0 && options.EvalSteps > 0)
                Report(await trainer.EvaluateAsync(0, cancellationToken));
            while (done < trainer.TotalSteps && !converged)
            {
                metrics = await trainer.StepAsync(done + 1, cancellationToken);
                done++;
                bool outOfTime = options.TimeLimit > TimeSpan.Zero && Stopwatch.GetElapsedTime(start) >= options.TimeLimit;
                bool spent = outOfTime || Reached(metrics, MetricNames.GeneratedTokens, options.MaxGeneratedTokens) || Reached(metrics, MetricNames.TrainedTokens, options.MaxTrainedTokens);
                bool last = done == trainer.TotalSteps || spent;
                bool evaluates = last || (options.EvalSteps > 0 && done % options.EvalSteps == 0);
                if (evaluates)
                {
                    // Not cancelled half-way: its figures belong to the step's row.
                    foreach ((string name, double value) in await trainer.EvaluateAsync(done, CancellationToken.None))
                        metrics[name] = value;
                    converged = trainer.HasConverged;
                }
                if (evaluates || done % options.LoggingSteps == 0)
                    Report(metrics);
                if (options.SaveSteps > 0 && done % options.SaveSteps == 0)
                    Save();
                if (spent)
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            Save();
            Account();
            return new TrainingOutcome(Interrupted: true, done, metrics, Stopwatch.GetElapsedTime(start));
        }
        Save();
        Account();
        trainer.Export(folder.FinalPath);
        return new TrainingOutcome(Interrupted: false, done, metrics, Stopwatch.GetElapsedTime(start));

        void Account()
        {
            var cost = new RunCost
            {
                Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
                ProcessorSeconds = ProcessMemory.ProcessorSeconds,
                RestingMemoryBytes = ProcessMemory.Resting,
                PeakMemoryBytes = ProcessMemory.Peak,
                Parameters = trainer.Parameters,
            };
            (earlier is null ? cost : cost.After(earlier)).Write(folder.CostPath);
        }

        void Report(Dictionary<string, double> values)
        {
            if (values.Count > 0)
                log.OnStep(new StepReport(trainer.Verb, done, trainer.TotalSteps, Stopwatch.GetElapsedTime(start), values, trainer.Objectives));
        }
    }

    private static bool Reached(Dictionary<string, double> metrics, string name, long limit) => limit > 0 && metrics.GetValueOrDefault(name) >= limit;
}
