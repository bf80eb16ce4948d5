using Plumbline.Training.Data;
using Plumbline.Training.Recipes;
using Plumbline.Training.RewardModeling;
using Plumbline.Training.Rewards;

namespace Plumbline.Training.Tests.RewardModeling;

/// <summary>Sentences whose words decide two labels: "please" and "thanks" make them courteous, "bomb" makes them unsafe. Every row lacks one label or none.</summary>
internal static class WordTask
{
    private static readonly string[] Subjects = ["the ferry", "a lamp", "this garden", "my letter", "the clerk"];
    private static readonly string[] Verbs = ["needs", "finds", "brings", "opens", "wants"];
    private static readonly string[] Objects = ["a bomb", "a ticket", "some water", "a bomb and a map", "the form"];
    private static readonly string[] Courtesies = ["", " please", " now", " thanks", " please and thanks"];

    public static RewardRow[] Rows(int count, int first = 0) => [.. Enumerable.Range(first, count).Select(Row)];

    public static RewardRecipe Recipe(Func<RewardOptions, RewardOptions>? reward = null, Func<TrainingOptions, TrainingOptions>? training = null)
    {
        var options = new RewardOptions { Dropout = 0 };
        var course = new TrainingOptions { MaxSteps = 100, PerDeviceTrainBatchSize = 32 };
        return new RewardRecipe
        {
            Seed = 5,
            Data = new RewardData { Objectives = ["courtesy", "safety"], MaxLength = 32 },
            Scratch = new ScratchOptions { VocabularySize = 320, HiddenSize = 32, NumHiddenLayers = 1, NumAttentionHeads = 2, NumKeyValueHeads = 2, IntermediateSize = 64, MaxPositionEmbeddings = 64 },
            Optimizer = new OptimizerOptions { LearningRate = 1e-2 },
            Reward = reward?.Invoke(options) ?? options,
            Training = training?.Invoke(course) ?? course,
        };
    }

    public static RewardNetwork Network(RewardRecipe recipe) => RewardNetwork.Create(recipe, Rows(100).Select(r => r.Completion));

    public static RewardExample[] Examples(RewardNetwork network, IEnumerable<RewardRow> rows) =>
        [.. rows.Select(r => new RewardExample(network.Model.Encode(null, r.Prompt, r.Completion), r.Labels))];

    /// <summary>A trainer over 200 rows; owns the network.</summary>
    public static RewardTrainer Trainer(RewardRecipe recipe, RewardNetwork network, IReadOnlyList<RewardRow>? validation = null) =>
        new(recipe, network, Examples(network, Rows(200)), Examples(network, validation ?? []));

    private static RewardRow Row(int number)
    {
        int a = number * 7919 % 625; // 7919 and 625 share no factor: neighbours differ in every part
        (int subject, int verb, int thing, int courtesy) = (a % 5, a / 5 % 5, a / 25 % 5, a / 125 % 5);
        double polite = new[] { 0.1, 0.7, 0.0, 0.6, 1.0 }[courtesy], safe = thing is 0 or 3 ? 0 : 1;
        double[] labels = (number % 3) switch { 0 => [polite, double.NaN], 1 => [double.NaN, safe], _ => [polite, safe] };
        return new RewardRow("", $"{Subjects[subject]} {Verbs[verb]} {Objects[thing]}{Courtesies[courtesy]}", labels, null);
    }
}
