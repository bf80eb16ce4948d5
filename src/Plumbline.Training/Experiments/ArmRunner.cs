using System.Globalization;
using System.Text.Json;
using Plumbline.Core.Statistics;
using Plumbline.Engine.Generation;
using Plumbline.Engine.Sampling;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Native;
using Plumbline.Models.Tokens;
using Plumbline.Training.Data;
using Plumbline.Training.Evaluation;
using Plumbline.Training.Experiments.Results;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Runs;
using TorchSharp;
using Interval = Plumbline.Training.Experiments.Results.Interval;

namespace Plumbline.Training.Experiments;

/// <summary>Runs and judges the arms of one seed.</summary>
/// <remarks>Holds the base for the KL; owns it and the ground. One thread.</remarks>
internal sealed class ArmRunner : IDisposable
{
    private const long EvaluationSeed = 1L << 41;
    private const int BenignOrHarmfulSamples = 6;
    private readonly CompareRecipe _recipe;
    private readonly ExperimentGround _ground;
    private readonly IVerbLauncher _launcher;
    private readonly string _folder;
    private readonly torch.Device _device;
    private readonly DecoderModel _base;
    private readonly Tokenizer _tokenizer;
    private readonly ModelFlops _flops;
    private readonly ModelFlops _rewardFlops;
    private readonly ArmRecipes _recipes;
    private readonly IReadOnlyList<PromptRow> _prompts;
    private AnswerSet? _baseAnswers;
    private EvaluationReport? _baseReport;

    public ArmRunner(CompareRecipe recipe, ExperimentGround ground, IVerbLauncher launcher, string folder)
    {
        (_recipe, _ground, _launcher, _folder) = (recipe, ground, launcher, folder);
        _device = ComputeDevice.Find(recipe.Device);
        using CheckpointFolder opened = CheckpointFolder.Open(ground.Model), reward = CheckpointFolder.Open(ground.Reward);
        _base = DecoderModel.Load(opened, device: _device);
        _base.RequireGradients(false);
        _tokenizer = TokenizerFolder.Load(ground.Model);
        (_flops, _rewardFlops) = (new ModelFlops(opened.Config), new ModelFlops(reward.Config));
        _recipes = new ArmRecipes(recipe, ground);
        int asked = recipe.Sampling.EvalPrompts > 0 ? Math.Min(recipe.Sampling.EvalPrompts, ground.HeldOut.Count) : ground.HeldOut.Count;
        // Evenly over the file, which may be sorted by kind.
        _prompts = [.. Enumerable.Range(0, asked).Select(i => ground.HeldOut[(int)((long)i * ground.HeldOut.Count / asked)])];
    }

    /// <summary>The held-out prompts whose answers are shown, of all kinds.</summary>
    public IReadOnlyList<PromptRow> SamplePrompts =>
        [.. Enumerable.Range(0, Math.Min(BenignOrHarmfulSamples, _prompts.Count)).Select(i => _prompts[(int)((long)i * _prompts.Count / Math.Min(BenignOrHarmfulSamples, _prompts.Count))])];

    /// <summary>The headline judge's name.</summary>
    private string Headline => _ground.Judges[^1].Name;

    /// <summary>Whether an arm is done already.</summary>
    public bool IsDone(ArmPlan arm) => File.Exists(RecordPath(arm));

    /// <summary>Runs an arm, or reads what an earlier run left of it.</summary>
    /// <param name="arm">The arm.</param>
    /// <param name="learningRate">Its learning rate.</param>
    /// <param name="cancellationToken">Stops it; a training run saves its state and is gone on with next time.</param>
    public async Task<ArmRecord> RunAsync(ArmPlan arm, double learningRate, CancellationToken cancellationToken)
    {
        if (IsDone(arm))
            return ResultFile.Read<ArmRecord>(RecordPath(arm));
        string run = Path.Combine(_folder, arm.Key);
        double share = arm.IsMain ? 1 : _recipe.Budget.AblationFraction;
        ArmCost cost = new();
        IReadOnlyList<CurvePoint> curve = [];
        if (arm.Trains)
        {
            (cost, curve) = await TrainAsync(arm, learningRate, share, run, cancellationToken);
        }
        (AnswerSet answers, EvaluationReport report) = arm.Algorithm switch
        {
            ArmAlgorithm.Base => await BaseAsync(cancellationToken),
            ArmAlgorithm.RandomText => await JudgeAsync(RandomText.Like((await BaseAsync(cancellationToken)).Answers, ids => _tokenizer.Decode(ids), _ground.Seed), cancellationToken),
            _ => await JudgeAsync(Sample(Path.Combine(run, "final"), _prompts, cancellationToken), cancellationToken),
        };
        ArmRecord record = Record(arm, cost, curve, answers, report, await HackingAsync(arm, answers, report, cancellationToken), run);
        Directory.CreateDirectory(run);
        ResultFile.Write(RecordPath(arm), record);
        return record;
    }

    /// <summary>A short run at one learning rate, scored on training prompts by <see cref="ExperimentGround.Selector"/>.</summary>
    public async Task<double> TryAsync(ArmPlan arm, double learningRate, CancellationToken cancellationToken)
    {
        string run = Path.Combine(_folder, "search", $"{arm.Key}-{learningRate.ToString("G3", CultureInfo.InvariantCulture)}"), done = Path.Combine(run, "score.json");
        if (File.Exists(done))
            return ResultFile.Read<LearningRateTrial>(done).Score;
        double score;
        try
        {
            await TrainAsync(arm, learningRate, _recipe.Search.Fraction, run, cancellationToken);
            RowList<PromptRow> rows = PromptRow.Read(_ground.Prompts, _ground.PromptField);
            int asked = Math.Min(_recipe.Search.Prompts, rows.Count);
            AnswerSet answers = Sample(Path.Combine(run, "final"), [.. Enumerable.Range(0, asked).Select(i => rows[(int)((long)i * rows.Count / asked)])], cancellationToken);
            EvaluationReport report = await Evaluator.EvaluateAsync(answers, [_ground.Selector], _ground.IsRefusal, _ground.Seed, cancellationToken);
            score = report.Judges[0].Total.Mean;
        }
        catch (TrainingException) when (File.Exists(Path.Combine(run, "metrics.jsonl")) && MetricsLog.Read(Path.Combine(run, "metrics.jsonl")).Count > 0)
        {
            score = double.NaN;     // a rate at which it breaks down, once it has begun, is an answer of the search
        }
        Directory.CreateDirectory(run);
        ResultFile.Write(done, new LearningRateTrial(arm.Name, learningRate, score, Chosen: false));
        return score;
    }

    private async Task<(ArmCost Cost, IReadOnlyList<CurvePoint> Curve)> TrainAsync(ArmPlan arm, double learningRate, double share, string run, CancellationToken cancellationToken)
    {
        (AnswerSet answers, EvaluationReport report) = await BaseAsync(cancellationToken);
        double completion = Math.Max(1, report.Text.MeanLength), row = completion + answers.Answers.Average(a => a.PromptIds.Length);
        PairsRecord? pairs = arm.NeedsPairs ? await PairsAsync(row, completion, cancellationToken) : null;
        Directory.CreateDirectory(run);
        string recipe = run + ".yaml";
        string verb = _recipes.Write(arm, learningRate, share, row, completion, arm.Algorithm == ArmAlgorithm.Sft ? Preferred(pairs!.Path) : pairs?.Path, pairs?.Seconds ?? 0, recipe);
        bool resume = RunFolder.Holds(run);
        double seconds = 0;
        if (!Directory.Exists(Path.Combine(run, "final")) || !File.Exists(Path.Combine(run, "cost.json")))
            seconds = (await _launcher.RunAsync([verb, recipe, "--out", run, "--no-live", .. resume ? ["--resume"] : Array.Empty<string>()], cancellationToken)).Seconds;
        return Account(arm, run, pairs, row, completion, seconds);
    }

    private (ArmCost Cost, IReadOnlyList<CurvePoint> Curve) Account(ArmPlan arm, string run, PairsRecord? pairs, double row, double completion, double wall)
    {
        IReadOnlyList<MetricsRow> rows = MetricsLog.Read(Path.Combine(run, "metrics.jsonl"));
        RunCost spent = RunCost.Read(Path.Combine(run, "cost.json")) ?? throw new RunFolderException($"{run} holds no cost.json, though its run is done. Remove the folder, and the arm will be run again.");
        double Phase(string name) => rows.Sum(r => r.Metrics.GetValueOrDefault(MetricNames.PhasePrefix + name));
        double Last(string name) => rows.Count > 0 ? rows[^1].Metrics.GetValueOrDefault(name) : 0;
        bool online = arm.Algorithm is ArmAlgorithm.Grpo or ArmAlgorithm.Ppo or ArmAlgorithm.Rloo;
        double generated = Last(MetricNames.GeneratedTokens), trained = Last(MetricNames.TrainedTokens);
        var work = new ArmWork
        {
            Tokens = Last("num_tokens"),
            GeneratedTokens = generated,
            TrainedTokens = trained,
            RowLength = row,
            GroupSize = arm.Algorithm == ArmAlgorithm.Ppo ? 1 : _recipe.Sampling.NumGenerations,
            AdapterOnly = _recipe.Adapter is not null,
            WithReference = arm.Algorithm != ArmAlgorithm.Sft,
            WithCritic = arm.Algorithm == ArmAlgorithm.Ppo,
        };
        var sampled = new ArmWork { Tokens = (pairs?.GeneratedTokens ?? 0) * row / completion, GeneratedTokens = pairs?.GeneratedTokens ?? 0, RowLength = row, GroupSize = _recipe.Sampling.NumGenerations };
        double rollout = Phase("rollout") + (pairs?.Seconds ?? 0), scoring = Phase("score"), update = online ? Phase("update") : rows.Sum(r => r.Metrics.GetValueOrDefault(MetricNames.StepTime));
        double total = Math.Max(wall, spent.Seconds) + (pairs?.Seconds ?? 0);
        var cost = new ArmCost
        {
            RolloutSeconds = rollout,
            ScoringSeconds = scoring,
            UpdateSeconds = update,
            OtherSeconds = Math.Max(0, total - rollout - scoring - update),
            ProcessorSeconds = spent.ProcessorSeconds + pairs?.ProcessorSeconds ?? spent.ProcessorSeconds,
            PeakMemoryBytes = spent.PeakMemoryBytes,
            RestingMemoryBytes = spent.RestingMemoryBytes,
            ParametersHeld = spent.Parameters?.Held,
            ParametersTrained = spent.Parameters?.Trained,
            ParametersOptimised = spent.Parameters?.Optimised,
            TokensGenerated = (long)(generated + (pairs?.GeneratedTokens ?? 0)),
            TokensTrained = (long)trained,
            Flops = online
                ? ArmFlops.Online(_flops, _rewardFlops, work)
                : ArmFlops.Offline(_flops, work, completion / row) + ArmFlops.Pairs(_flops, _rewardFlops, sampled),
        };
        return (cost, ArmCurve.Of(rows));
    }

    private async Task<PairsRecord> PairsAsync(double row, double completion, CancellationToken cancellationToken)
    {
        if (_ground.Pairs is { } given)
            return new PairsRecord(given, 0, 0, 0);
        string path = Path.Combine(_folder, "pairs.jsonl"), record = Path.Combine(_folder, "pairs.json");
        if (File.Exists(record))
            return ResultFile.Read<PairsRecord>(record);
        int rows = PromptRow.Read(_ground.Prompts, _ground.PromptField).Count;
        string[] weights = [.. _recipe.Sampling.RewardWeights.SelectMany(w => new[] { "--weight", $"{w.Key}={ArmRecipes.Number(w.Value)}" })];
        VerbResult result = await _launcher.RunAsync(
            [
                "pairs", "--model", _ground.Model, "--reward", _ground.Reward, "--prompts", _ground.Prompts, "--out", path, "--json",
                "--num-generations", _recipe.Sampling.NumGenerations.ToString(CultureInfo.InvariantCulture),
                "--limit", Math.Min(rows, _recipes.PairPrompts(row, completion)).ToString(CultureInfo.InvariantCulture),
                "--seconds", ArmRecipes.Number(_recipes.PairSeconds),
                "--max-tokens", _recipe.Sampling.MaxCompletionLength.ToString(CultureInfo.InvariantCulture),
                "--temperature", ArmRecipes.Number(_recipe.Sampling.Temperature),
                "--seed", _ground.Seed.ToString(CultureInfo.InvariantCulture),
                "--threads", _recipe.Threads.ToString(CultureInfo.InvariantCulture), "--device", _recipe.Device, .. weights,
            ], cancellationToken);
        using JsonDocument said = JsonDocument.Parse(result.Output);
        var made = new PairsRecord(path, said.RootElement.GetProperty("generated_tokens").GetInt64(), result.Seconds, said.RootElement.TryGetProperty("processor_seconds", out JsonElement cpu) ? cpu.GetDouble() : 0);
        ResultFile.Write(record, made);
        return made;
    }

    // The preferred answers as rows to be continued; one may be empty, and then there is nothing to learn from it.
    private string Preferred(string pairs)
    {
        string path = Path.Combine(_folder, "preferred.jsonl");
        if (!File.Exists(path))
            WholeFile.WriteText(path, string.Concat(PreferenceRow.Read(pairs).Where(r => !r.IsValidation && r.Chosen.Length > 0)
                .Select(r => JsonSerializer.Serialize(new Dictionary<string, string> { ["prompt"] = r.Prompt, ["completion"] = r.Chosen }) + "\n")));
        return path;
    }

    private async Task<(AnswerSet Answers, EvaluationReport Report)> BaseAsync(CancellationToken cancellationToken)
    {
        _baseAnswers ??= AnswerSet.Sample(_base, _tokenizer, _prompts, Options, cancellationToken);
        _baseReport ??= (await JudgeAsync(_baseAnswers, cancellationToken)).Report;
        return (_baseAnswers, _baseReport);
    }

    private GenerationOptions Options => new()
    {
        MaxNewTokens = _recipe.Sampling.MaxCompletionLength,
        Sampling = new SamplingOptions { Temperature = _recipe.Sampling.Temperature, Seed = EvaluationSeed + _ground.Seed },
    };

    private AnswerSet Sample(string trained, IReadOnlyList<PromptRow> prompts, CancellationToken cancellationToken)
    {
        bool adapter = File.Exists(Path.Combine(trained, "adapter_config.json"));
        AnswerSet answers = AnswerSet.Sample(adapter ? _ground.Model : trained, adapter ? trained : null, prompts, Options, _device, cancellationToken);
        return answers.ReferenceLogProbs is null ? answers.WithReference(_base, cancellationToken) : answers;
    }

    private async Task<(AnswerSet Answers, EvaluationReport Report)> JudgeAsync(AnswerSet answers, CancellationToken cancellationToken) =>
        (answers, await Evaluator.EvaluateAsync(answers, _ground.Judges, _ground.IsRefusal, _ground.Seed, cancellationToken));

    // Whether the reward that the arm trained on rose while the headline judge's fell.
    private async Task<IReadOnlyList<RunFinding>> HackingAsync(ArmPlan arm, AnswerSet answers, EvaluationReport report, CancellationToken cancellationToken)
    {
        if (!arm.Trains || _ground.Judges.Count < 2)
            return [];
        (AnswerSet before, EvaluationReport start) = await BaseAsync(cancellationToken);
        if (arm.RewardExtra is not { } extra)
            return RewardHacking.Detect(start, report, _ground.Judges[0].Name, Headline, _ground.Seed);
        const string Own = "own reward";
        using RewardModel trained = RewardModel.Load(_ground.Extras[extra], _device);
        NamedJudge[] judges = [new NamedJudge(Own, trained, _ground.Judges[0].Weights), _ground.Judges[^1]];
        EvaluationReport then = await Evaluator.EvaluateAsync(before, judges, _ground.IsRefusal, _ground.Seed, cancellationToken);
        EvaluationReport now = await Evaluator.EvaluateAsync(answers, judges, _ground.IsRefusal, _ground.Seed, cancellationToken);
        return RewardHacking.Detect(then, now, Own, Headline, _ground.Seed);
    }

    private ArmRecord Record(ArmPlan arm, ArmCost cost, IReadOnlyList<CurvePoint> curve, AnswerSet answers, EvaluationReport report, IReadOnlyList<RunFinding> hacking, string run)
    {
        WinRate wins = WinRates.Of(report, _baseReport!, Headline, _ground.Seed);
        var figures = new ArmRun
        {
            Seed = _ground.Seed,
            Evaluation = report.Judges.ToDictionary(j => j.Name, j => (IReadOnlyDictionary<string, ScoreSummary>)j.Objectives.ToDictionary(
                o => Plain(o.Key, j.Name), o => new ScoreSummary(o.Value.Mean, o.Value.Std, o.Value.Low, o.Value.High))),
            Refusal = report.Refusals?.ByFamily.ToDictionary(f => f.Key, f => f.Value.Rate) ?? [],
            OverRefusal = report.Refusals?.OverRefusal.Rate,
            Kl = report.Kl?.K3,
            MeanLength = report.Text.MeanLength,
            Distinct1 = report.Text.Distinct1,
            Distinct2 = report.Text.Distinct2,
            Repetition = report.Text.Repetition,
            Truncated = report.Text.Truncated,
            WinRate = arm.Kind == ArmKind.Base ? null : new Interval(wins.Rate, wins.Interval.Low, wins.Interval.High),
            Cost = cost,
            Curve = curve,
            RunFolder = arm.Trains ? Path.GetRelativePath(Path.GetDirectoryName(_folder)!, run) : "",
        };
        IReadOnlyList<PromptRow> shown = SamplePrompts;
        return new ArmRecord(
            figures,
            [.. hacking.Select(h => new ExperimentFinding(FindingSeverity.Warning, $"{arm.Name}, seed {_ground.Seed}: {h.Text}"))],
            [.. shown.Select(p => answers.Answers.First(a => ReferenceEquals(a.Prompt, p)).Completion.Text)],
            hacking.Count > 0);
    }

    // An oracle's objectives may bear its name, lest they clash with the reward model's in one table.
    private static string Plain(string objective, string judge) => objective.StartsWith($"{judge}_", StringComparison.Ordinal) ? objective[(judge.Length + 1)..] : objective;

    private string RecordPath(ArmPlan arm) => Path.Combine(_folder, arm.Key + ".json");

    /// <inheritdoc/>
    public void Dispose()
    {
        _base.Dispose();
        _ground.Dispose();
    }

    private sealed record PairsRecord(string Path, long GeneratedTokens, double Seconds, double ProcessorSeconds);
}
