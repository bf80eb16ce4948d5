using System.Diagnostics;
using Plumbline.Core.Statistics;
using Plumbline.Quickstart.World;
using Plumbline.Training.Data;
using Plumbline.Training.Grpo;
using Plumbline.Training.Recipes;
using Plumbline.Training.RewardModeling;
using Plumbline.Training.Rewards;
using Plumbline.Training.Runs;
using Plumbline.Training.Sft;

namespace Plumbline.Quickstart;

/// <summary>The main job from end to end on the embedded world, nothing downloaded.</summary>
public static class QuickstartRun
{
    /// <summary>World, mediocre base, reward model on noisy labels, GRPO, and the oracle's verdict.</summary>
    /// <param name="options">Sizes, seed and folder.</param>
    /// <param name="observer">Told of every step of every stage.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl-C.</param>
    /// <exception cref="RunFolderException">The folder holds a run already.</exception>
    public static async Task<QuickstartResult> RunAsync(QuickstartOptions options, IRunObserver observer, CancellationToken cancellationToken)
    {
        var seconds = new Dictionary<string, double>();
        long mark = Stopwatch.GetTimestamp();
        void Lap(string stage)
        {
            seconds[stage] = Stopwatch.GetElapsedTime(mark).TotalSeconds;
            mark = Stopwatch.GetTimestamp();
        }
        void Say(string text) => observer.OnMessage(new RunMessage(RunSeverity.Information, text));
        string In(params string[] parts) => Path.Combine([options.OutputDir, .. parts]);
        QuickstartResult Stopped() => new(true, new Dictionary<string, Change>(), new Dictionary<string, Change>(), [], seconds, 0, options.OutputDir);

        using RunFolder folder = RunFolder.Create(options.OutputDir);
        string world = In("world");
        Say("1/5  Writing the town's front desk: prompts, answers, labels.");
        WorldFiles.Write(world, options.Sizes, options.Seed, options.TidyRewards);
        Lap("world");

        Say("2/5  Training a tokenizer and a mediocre base model on answers of every quality.");
        if ((await SftRun.RunAsync(QuickstartRecipes.Sft(options, world, In("base")), false, observer, cancellationToken)).Outcome.Interrupted)
            return Stopped();
        Lap("base");

        Say("3/5  Training the four-headed reward model on noisy labels.");
        if ((await RewardRun.RunAsync(QuickstartRecipes.Reward(options, world, In("base", "final"), In("reward")), false, observer, cancellationToken)).Outcome.Interrupted)
            return Stopped();
        Lap("reward model");

        Say("4/5  Aligning the base on all four rewards together (GRPO).");
        string recipePath = In("grpo.yaml");
        await File.WriteAllTextAsync(recipePath, RecipeWriter.Write(QuickstartRecipes.Grpo(options, world, In("base", "final"), In("reward", "final"), In("grpo"))), cancellationToken);
        GrpoRecipe recipe = RecipeReader.Read<GrpoRecipe>(recipePath, options.Sets);
        (TrainingOutcome outcome, _) = await GrpoRun.RunAsync(recipe, false, observer, cancellationToken);
        if (outcome.Interrupted)
            return Stopped();
        Lap("grpo");

        Say("5/5  Asking the oracle, which no training ever saw.");
        IReadOnlyList<PromptRow> prompts = PromptRow.Read(Path.Combine(world, WorldFiles.PromptsHeldOut), "prompt");
        using RewardModel reward = RewardModel.Load(In("reward", "final"));
        HeldOutAnswers Answers(string model) => HeldOutAnswers.Sample(model, reward, prompts, recipe.Grpo.MaxCompletionLength, options.Seed, cancellationToken);
        HeldOutAnswers before, after;
        try
        {
            (before, after) = (Answers(In("base", "final")), Answers(In("grpo", "final")));
        }
        catch (OperationCanceledException)
        {
            return Stopped();
        }
        Lap("evaluation");
        var result = new QuickstartResult(
            false, Changes(before.Oracle, after.Oracle), Changes(before.Reward, after.Reward), Samples(before, after), seconds,
            outcome.Metrics.GetValueOrDefault("num_tokens"), options.OutputDir);
        QuickstartReport.Write(folder, result, recipePath);
        return result;
    }

    private static Dictionary<string, Change> Changes(double[][] before, double[][] after) =>
        QuickstartRecipes.Objectives.Select((name, k) =>
        {
            Summary first = Summary.Of([.. before.Select(row => row[k])]), last = Summary.Of([.. after.Select(row => row[k])]);
            return (name, change: new Change(first.Mean, last.Mean, first.Std, last.Std));
        }).ToDictionary(c => c.name, c => c.change);

    // One everyday request, one harmful, and one more, as they come.
    private static List<ReportSample> Samples(HeldOutAnswers before, HeldOutAnswers after) =>
        [.. new[] { 0, before.Prompts.Count / 3, 2 * before.Prompts.Count / 3 }.Distinct().Select(i => new ReportSample(before.Prompts[i], before.Answers[i], after.Answers[i]))];
}
