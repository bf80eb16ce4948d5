using System.Diagnostics;
using System.Globalization;
using Plumbline.Core.Statistics;
using Plumbline.Training.Evaluation;
using Plumbline.Training.Experiments.Report;
using Plumbline.Training.Experiments.Results;
using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Experiments;

/// <summary>The experiment: the arms of a recipe with every seed, judged and accounted, and the page that tells it.</summary>
/// <remarks>Arms, seeds and trials that an earlier run finished are read, not run again; an interrupted training run is gone on with.</remarks>
public sealed class Comparison(CompareRecipe recipe, IExperimentSetting setting, IVerbLauncher launcher, IRunObserver observer)
{
    private const string ClockFile = "seconds.json";

    /// <summary>Runs it and writes results.json, results.csv and report.html into the folder.</summary>
    /// <param name="folder">The experiment's folder.</param>
    /// <param name="command">The command line, for the record.</param>
    /// <param name="cancellationToken">Stops it between two arms, or an arm where its verb stops.</param>
    public async Task<ExperimentResult> RunAsync(string folder, string command, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(folder);
        Clock earlier = File.Exists(Path.Combine(folder, ClockFile)) ? ResultFile.Read<Clock>(Path.Combine(folder, ClockFile)) : new Clock(0, command);
        Clock Now() => earlier with { Seconds = earlier.Seconds + Stopwatch.GetElapsedTime(start).TotalSeconds };
        try
        {
            IReadOnlyList<ArmPlan> arms = ArmCatalogue.Of(recipe, setting.Objectives);
            WholeFile.WriteText(Path.Combine(folder, "recipe.yaml"), RecipeWriter.Write(recipe));
            var records = new Dictionary<ArmPlan, List<ArmRecord>>(arms.Select(a => KeyValuePair.Create(a, new List<ArmRecord>())));
            var rates = new Dictionary<ArmPlan, double>();
            var trials = new List<LearningRateTrial>();
            List<SampleRow> samples = [];
            string[] judges = [];
            string selector = "";
            int total = recipe.Seeds.Count * arms.Count(a => a.IsMain) + arms.Count(a => !a.IsMain), done = 0;
            foreach (int seed in recipe.Seeds)
            {
                bool first = seed == recipe.Seeds[0];
                string place = Path.Combine(folder, $"seed-{seed}");
                Say($"Seed {seed}: preparing model, reward model and judge.");
                ExperimentGround ground = await setting.PrepareAsync(seed, first && (recipe.Controls ?? []).Contains("hackable"), place, launcher, observer, cancellationToken);
                using var runner = new ArmRunner(recipe, ground, launcher, place);
                (judges, selector) = ([.. ground.Judges.Select(j => j.Name)], ground.Selector.Name);
                if (first)
                {
                    foreach (ArmPlan arm in arms.Where(a => a.IsMain && a.Trains))
                        rates[arm] = await SearchAsync(runner, arm, trials, cancellationToken);
                    foreach (ArmPlan arm in arms.Where(a => !a.IsMain && a.Trains))
                        rates[arm] = rates[arms.Single(a => a.Kind == ArmKind.Method)];
                }
                var answers = new Dictionary<string, string[]>();
                foreach (ArmPlan arm in arms.Where(a => a.IsMain || first))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    bool known = runner.IsDone(arm);
                    Say($"[{done + 1}/{total}] {arm.Name}, seed {seed}{(known ? ": done already." : "")}");
                    long mark = Stopwatch.GetTimestamp();
                    ArmRecord record = await runner.RunAsync(arm, rates.GetValueOrDefault(arm), cancellationToken);
                    done++;
                    if (!known)
                        Say($"      {Told(record.Run, judges[^1])} ({Stopwatch.GetElapsedTime(mark).TotalSeconds:F0} s)");
                    records[arm].Add(record);
                    answers[arm.Name] = [.. record.Answers];
                }
                if (first)
                    samples = [.. runner.SamplePrompts.Select((p, i) => new SampleRow(p.Prompt.TrimEnd('\n'), p.Family ?? p.Category ?? "", answers.ToDictionary(a => a.Key, a => a.Value[i])))];
            }
            ExperimentResult result = Assemble(arms, records, rates, trials, selector, samples, judges, Now());
            result.Write(Path.Combine(folder, "results.json"));
            ResultsCsv.Write(Path.Combine(folder, "results.csv"), result);
            ExperimentReport.WriteHtml(Path.Combine(folder, "report.html"), result);
            return result;
        }
        finally
        {
            ResultFile.Write(Path.Combine(folder, ClockFile), Now());
        }
    }

    // The same candidates and the same share of the budget for every arm, on training prompts; the headline judge is not asked.
    private async Task<double> SearchAsync(ArmRunner runner, ArmPlan arm, List<LearningRateTrial> trials, CancellationToken cancellationToken)
    {
        double[] candidates = [.. recipe.Search.Factors.Select(f => f * recipe.Optimizer.LearningRate)];
        if (candidates.Length == 1)
            return candidates[0];
        var scores = new List<double>();
        foreach (double rate in candidates)
        {
            scores.Add(await runner.TryAsync(arm, rate, cancellationToken));
            Say($"      search: {arm.Name} at learning rate {rate:G3} scores {scores[^1]:F3}");
        }
        int best = Enumerable.Range(0, candidates.Length).MaxBy(i => double.IsNaN(scores[i]) ? double.NegativeInfinity : scores[i]);
        trials.AddRange(candidates.Select((rate, i) => new LearningRateTrial(arm.Name, rate, scores[i], i == best)));
        return candidates[best];
    }

    private ExperimentResult Assemble(
        IReadOnlyList<ArmPlan> arms, Dictionary<ArmPlan, List<ArmRecord>> records, Dictionary<ArmPlan, double> rates, List<LearningRateTrial> trials, string selector,
        List<SampleRow> samples, string[] judges, Clock clock)
    {
        string trained = judges[0], headline = judges[^1];
        double[] weights = [.. setting.Objectives.Select(o => recipe.Sampling.RewardWeights.GetValueOrDefault(o, 1))];
        double Weighted(ArmRun run, string judge) => setting.Objectives.Select((o, k) => weights[k] * run.Evaluation[judge].GetValueOrDefault(o, Nothing).Mean).Sum();
        ArmPlan start = arms.First(a => a.Kind == ArmKind.Base);
        ArmPlan? method = arms.FirstOrDefault(a => a.Kind == ArmKind.Method);

        // Half of the way from the base to the best arm, seed by seed; a variation with other weights has another reward and no such target.
        var withTargets = new Dictionary<ArmPlan, ArmRun[]>();
        foreach (ArmPlan arm in arms)
            withTargets[arm] = [.. records[arm].Select((record, i) =>
            {
                double low = Weighted(records[start][i].Run, trained), high = arms.Where(a => a.IsMain).Max(a => Weighted(records[a][i].Run, trained));
                return arm is { Trains: true, IsMain: true } ? Targeted(record.Run, low + 0.5 * (high - low), Weighted(record.Run, trained)) : record.Run;
            })];
        ArmResult[] results = [.. arms.Select(arm => new ArmResult
        {
            Name = arm.Name,
            Kind = arm.Kind,
            Description = arm.Description,
            LearningRate = arm.Trains ? rates[arm] : null,
            Expectation = ArmVerdict.Of(arm, records[arm], records[start], method is null ? null : records[method], setting.Objectives, weights, headline),
            Runs = withTargets[arm],
        })];
        return new ExperimentResult
        {
            Title = setting.Title,
            Command = clock.Command,
            Machine = MachineDescription.Here(),
            Settings = RecipeWriter.Write(recipe),
            Objectives = setting.Objectives,
            Weights = weights,
            Judges = judges,
            HeadlineJudge = headline,
            TrainingJudge = trained,
            Seeds = [.. recipe.Seeds.Select(s => (long)s)],
            Budget = new ExperimentBudget { Kind = recipe.Budget.Kind, Amount = recipe.Budget.Amount },
            Arms = results,
            Search = trials,
            SearchJudge = trials.Count > 0 ? selector : null,
            Frontier = Frontier(arms, records, start, method, headline),
            Samples = samples,
            Findings = [.. arms.Where(a => a.Check != ArmCheck.IsHacked).SelectMany(a => records[a].SelectMany(r => r.Findings))],
            Seconds = clock.Seconds,
        };
    }

    private static readonly ScoreSummary Nothing = new(double.NaN, double.NaN, double.NaN, double.NaN);

    private static ArmRun Targeted(ArmRun run, double target, double reached)
    {
        CurvePoint? point = ArmCurve.Reaching(run.Curve, target);
        bool hasCurve = run.Curve.Any(p => p.Reward is not null);
        // An arm that never asks the reward while it trains is known at its end alone.
        bool atEnd = !hasCurve && reached >= target;
        return run with
        {
            Cost = run.Cost with
            {
                TargetReward = target,
                SecondsToTarget = point?.Seconds ?? (atEnd ? run.Cost.Seconds : null),
                TokensToTarget = point?.GeneratedTokens ?? (atEnd ? run.Cost.TokensGenerated : null),
            },
        };
    }

    private FrontierResult? Frontier(IReadOnlyList<ArmPlan> arms, Dictionary<ArmPlan, List<ArmRecord>> records, ArmPlan start, ArmPlan? method, string judge)
    {
        if (recipe.Sweep.Objective is not { } x || method is null)
            return null;
        string y = recipe.Sweep.Against!;
        FrontierPoint Point(ArmPlan arm, double? weight, string label) =>
            new(label, weight, setting.Objectives.ToDictionary(o => o, o => records[arm][0].Run.Evaluation[judge].GetValueOrDefault(o, Nothing).Mean));
        FrontierPoint corner = Point(start, null, start.Name);
        FrontierPoint[] points =
        [
            corner,
            .. arms.Where(a => a == method || a.Sweep?.Objective == x)
                .Select(a => (Arm: a, Factor: a == method ? 1 : a.Sweep!.Value.Factor)).OrderBy(a => a.Factor)
                .Select(a => Point(a.Arm, a.Factor, double.IsInfinity(a.Factor) ? "alone" : a.Factor.ToString(CultureInfo.InvariantCulture))),
        ];
        double[] reference = [corner.Values[x], corner.Values[y]];
        return new FrontierResult
        {
            ObjectiveX = x,
            ObjectiveY = y,
            Judge = judge,
            Points = points,
            Reference = reference,
            Hypervolume = Hypervolume.Compute([.. points.Skip(1).Select(p => new[] { p.Values[x], p.Values[y] })], reference),
        };
    }

    private string Told(ArmRun run, string judge) =>
        string.Join(", ", setting.Objectives.Where(run.Evaluation[judge].ContainsKey).Select(o => $"{o} {run.Evaluation[judge][o].Mean:F3}")) + $" ({judge})";

    private void Say(string text) => observer.OnMessage(new RunMessage(RunSeverity.Information, text));

    // Of the whole experiment, over its parts where it was interrupted, and the command that began it.
    private sealed record Clock(double Seconds, string Command);
}
