using Plumbline.Training.Data;
using Plumbline.Training.Recipes;
using Plumbline.Training.RewardModeling;
using Plumbline.Training.Rewards;
using TorchSharp;

namespace Plumbline.Training.Tests.RewardModeling;

public sealed class RewardTrainerTests
{
    [Theory, InlineData(RewardLoss.Mse), InlineData(RewardLoss.Huber), InlineData(RewardLoss.Logistic)]
    public async Task Training_OnWordsThatDecideTheLabels_LearnsBothFromRowsThatLackSome(RewardLoss loss)
    {
        RewardRecipe recipe = WordTask.Recipe(r => r with { Loss = loss });
        using RewardTrainer trainer = WordTask.Trainer(recipe, WordTask.Network(recipe), WordTask.Rows(100, first: 300));
        await Steps(trainer, 100);
        await trainer.EvaluateAsync(100, CancellationToken.None);
        Assert.True(trainer.Reports["courtesy"].Pearson > 0.9, $"courtesy {trainer.Reports["courtesy"]}");
        Assert.True(trainer.Reports["safety"].Pearson > 0.9, $"safety {trainer.Reports["safety"]}");
        Assert.True(trainer.Reports["safety"].Auc > 0.99);
        Assert.True(double.IsNaN(trainer.Reports["courtesy"].Auc), "courtesy is not binary");
    }

    [Theory, InlineData(12, 2), InlineData(8, 3), InlineData(1, 24)]
    public async Task Step_CutIntoMicroBatches_IsTheSameStep(int rows, int pieces)
    {
        static TrainingOptions Cut(TrainingOptions training, int rows, int pieces) => training with { PerDeviceTrainBatchSize = rows, GradientAccumulationSteps = pieces };
        static RewardOptions Noisy(RewardOptions reward) => reward with { Dropout = 0.3, TokenDropout = 0.2 };
        RewardRecipe whole = WithLanguage(WordTask.Recipe(Noisy, t => Cut(t, 24, 1))), cut = WithLanguage(WordTask.Recipe(Noisy, t => Cut(t, rows, pieces)));
        RewardNetwork wholeNetwork = WordTask.Network(whole), cutNetwork = WordTask.Network(cut);
        using RewardTrainer wholeTrainer = WordTask.Trainer(whole, wholeNetwork), cutTrainer = WordTask.Trainer(cut, cutNetwork);
        Dictionary<string, double> one = await wholeTrainer.StepAsync(1, CancellationToken.None), other = await cutTrainer.StepAsync(1, CancellationToken.None);
        Assert.Equal(one["loss"], other["loss"], 1e-6);
        Assert.Equal(one["language_loss"], other["language_loss"], 1e-5);
        Assert.True(one["grad_norm"] > 1e-3);
        foreach ((KeyValuePair<string, Tensor> a, KeyValuePair<string, Tensor> b) in wholeNetwork.TrainableParameters.Zip(cutNetwork.TrainableParameters))
        {
            double gap = (a.Value.grad! - b.Value.grad!).abs().max().ToDouble();
            Assert.True(gap <= 1e-6, $"{a.Key}: {gap}");
        }
    }

    // Four texts, ten times each. Balanced, the second objective pulls as hard when only the first copies carry its label.
    // Unbalanced, its weight is its share of all labels: 4 of 44 against 1 of 2, so 2/11 of the pull.
    [Theory, InlineData(true, 1.0), InlineData(false, 2.0 / 11.0)]
    public async Task Step_ObjectiveWithATenthOfTheLabels_KeepsItsShareOnlyWhenBalanced(bool balance, double share)
    {
        double[] everywhere = await ScoreGradient(balance: true, [0, 1, 0, 1]), rare = await ScoreGradient(balance, [0, 1, 0, 1], labelledCopies: 1);
        AssertShare(share, everywhere, rare);
    }

    // Variances 1/4 and 1/100: balanced, the weights are 4 and 100 of 104, where counts alone would give one half each.
    [Fact]
    public async Task Step_ObjectiveWithLabelsCloseTogether_PullsAsItsVarianceAsks()
    {
        double[] byCount = await ScoreGradient(balance: false, [0.4, 0.6, 0.4, 0.6]), balanced = await ScoreGradient(balance: true, [0.4, 0.6, 0.4, 0.6]);
        AssertShare(100.0 / 104.0 / 0.5, byCount, balanced);
    }

    [Fact]
    public async Task EarlyStopping_ValidationGrowsWorse_EndsTheRunAndExportsTheBestWeights()
    {
        // The held-out labels contradict those of training: once the mean is found, learning more makes it worse.
        RewardRow[] contrary = [.. WordTask.Rows(60, first: 300).Select(r => r with { Labels = [.. r.Labels.Select(l => 1 - l)] })];
        RewardRecipe recipe = WordTask.Recipe(r => r with { EarlyStoppingPatience = 2 });
        RewardNetwork network = WordTask.Network(recipe);
        using RewardTrainer trainer = WordTask.Trainer(recipe, network, contrary);
        await Steps(trainer, 5);
        double unexplained = (await trainer.EvaluateAsync(5, CancellationToken.None))["eval_unexplained"];
        double[][] best = network.Model.ScoreIds([.. WordTask.Examples(network, contrary).Select(r => r.Ids)]);
        ObjectiveReport bestReport = trainer.Reports["courtesy"];
        await Steps(trainer, 60, first: 6);
        Assert.True((await trainer.EvaluateAsync(65, CancellationToken.None))["eval_unexplained"] > 1.5 * unexplained);
        Assert.False(trainer.HasConverged);
        await trainer.EvaluateAsync(65, CancellationToken.None);
        Assert.True(trainer.HasConverged);
        using var folder = new Runs.TemporaryFolder();
        trainer.Export(folder["final"]);
        Assert.Equal(bestReport, trainer.Reports["courtesy"]);
        Assert.Equal(best, network.Model.ScoreIds([.. WordTask.Examples(network, contrary).Select(r => r.Ids)]));
    }

    [Fact]
    public async Task EmaDecay_IsEvaluatedAndExported_WhileTrainingGoesOnFromTheWeightsThemselves()
    {
        RewardRecipe plain = WordTask.Recipe(), averaged = WordTask.Recipe(r => r with { EmaDecay = 0.9 });
        RewardRow[] validation = WordTask.Rows(60, first: 300);
        RewardNetwork plainNetwork = WordTask.Network(plain), averagedNetwork = WordTask.Network(averaged);
        using RewardTrainer first = WordTask.Trainer(plain, plainNetwork, validation), second = WordTask.Trainer(averaged, averagedNetwork, validation);
        await Steps(first, 10);
        await Steps(second, 10);
        await first.EvaluateAsync(10, CancellationToken.None);
        await second.EvaluateAsync(10, CancellationToken.None);
        Assert.NotEqual(first.Reports["courtesy"].Mse, second.Reports["courtesy"].Mse);
        Assert.Equal((await first.StepAsync(11, CancellationToken.None))["loss"], (await second.StepAsync(11, CancellationToken.None))["loss"]);
        ObjectiveReport evaluated = second.Reports["courtesy"];
        using var folder = new Runs.TemporaryFolder();
        second.Export(folder["final"]);
        Assert.Equal(evaluated, second.Reports["courtesy"]);
    }

    [Fact]
    public async Task LanguageWeight_TeachesTheTrunkTheNextTokenBesideTheLabels()
    {
        RewardRecipe recipe = WithLanguage(WordTask.Recipe());
        using RewardTrainer trainer = WordTask.Trainer(recipe, WordTask.Network(recipe), WordTask.Rows(100, first: 300));
        double first = (await trainer.StepAsync(1, CancellationToken.None))["language_loss"];
        await Steps(trainer, 98, first: 2);
        double last = (await trainer.StepAsync(100, CancellationToken.None))["language_loss"];
        await trainer.EvaluateAsync(100, CancellationToken.None);
        Assert.InRange(first, 0.6 * Math.Log(320), 1.4 * Math.Log(320)); // fresh: about uniform over the vocabulary, of a drawn quarter
        Assert.True(last < 0.6 * first, $"{first} to {last}");
        Assert.All(trainer.Reports.Values, r => Assert.True(r.Pearson > 0.9, $"{r}"));
    }

    private static RewardRecipe WithLanguage(RewardRecipe recipe) => recipe with { Scratch = recipe.Scratch with { LanguageWeight = 0.3 } };

    private static void AssertShare(double share, double[] before, double[] after)
    {
        Assert.Contains(before, g => Math.Abs(g) > 1e-3);
        for (int i = 0; i < before.Length; i++)
            Assert.Equal(share * before[i], after[i], 1e-5);
    }

    // The gradient of the second objective's head. The first has labels of variance 1/4 everywhere.
    private static async Task<double[]> ScoreGradient(bool balance, double[] labels, int labelledCopies = 10)
    {
        RewardRow[] four = [.. WordTask.Rows(4).Select((r, i) => r with { Labels = [i / 2, labels[i]] })];
        RewardRow[] rows = [.. Enumerable.Range(0, 10).SelectMany(copy => four.Select(r => copy < labelledCopies ? r : r with { Labels = [r.Labels[0], double.NaN] }))];
        RewardRecipe recipe = WordTask.Recipe(r => r with { Balance = balance }, t => t with { PerDeviceTrainBatchSize = rows.Length });
        recipe = recipe with { Optimizer = recipe.Optimizer with { MaxGradNorm = 0 } };
        RewardNetwork network = WordTask.Network(recipe);
        using var trainer = new RewardTrainer(recipe, network, WordTask.Examples(network, rows), []);
        await trainer.StepAsync(1, CancellationToken.None);
        return [.. network.Classifier.Score.grad![1].data<float>().Select(g => (double)g)];
    }

    private static async Task Steps(RewardTrainer trainer, int count, int first = 1)
    {
        for (int step = first; step < first + count; step++)
            await trainer.StepAsync(step, CancellationToken.None);
    }
}
