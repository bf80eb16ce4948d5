using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;
using Plumbline.Training.Sft;
using Plumbline.Training.Tests.Policies;
using Plumbline.Training.Tests.Runs;
using TorchSharp;

namespace Plumbline.Training.Tests.Sft;

public sealed class SftTrainerTests : IDisposable
{
    private static readonly SftExample[] Examples =
        [.. Enumerable.Range(0, 8).Select(i => new SftExample([97, 98 + i], [.. Enumerable.Range(0, i + 1).Select(k => 100 + (i + k) % 9), TinyPolicy.Eos]))];

    private readonly TemporaryFolder _folder = new();

    public SftTrainerTests() => TinyPolicy.Write(_folder["base"]);

    // −(log p(c|a,b) + log p(d|a,b,c) + log p(end|a,b,c,d)) / 3, each from the whole softmax; the prompt's own tokens are in no term.
    [Fact]
    public async Task Loss_OfOneRow_IsTheMeanCrossEntropyOfItsCompletion()
    {
        using var scope = torch.NewDisposeScope();
        int[] prompt = [97, 98], completion = [99, 100, TinyPolicy.Eos];
        using Policy policy = Load();
        using Tensor logits = policy.Model.Logits(policy.Model.Hidden(torch.tensor(new long[,] { { 97, 98, 99, 100 } }))).squeeze(0);
        double expected = Enumerable.Range(0, 3).Average(k => -logits.log_softmax(1)[k + 1, completion[k]].ToDouble());
        using SftTrainer trainer = Trainer([new SftExample(prompt, completion)], batch: 1, pieces: 1).Trainer;
        Dictionary<string, double> step = await trainer.StepAsync(1, TestContext.Current.CancellationToken);
        Assert.Equal(expected, step["loss"], 1e-5);
    }

    // As above, but of the three tokens only the first and the last count: a mean over two, and no gradient from the second.
    [Fact]
    public async Task Loss_OfMarkedTokens_LeavesTheOthersOut()
    {
        using var scope = torch.NewDisposeScope();
        int[] prompt = [97, 98], completion = [99, 100, TinyPolicy.Eos];
        using Policy policy = Load();
        using Tensor logits = policy.Model.Logits(policy.Model.Hidden(torch.tensor(new long[,] { { 97, 98, 99, 100 } }))).squeeze(0);
        double expected = new[] { 0, 2 }.Average(k => -logits.log_softmax(1)[k + 1, completion[k]].ToDouble());
        using SftTrainer trainer = Trainer([new SftExample(prompt, completion) { Learned = [true, false, true] }, new SftExample(prompt, completion) { Learned = [true, false, true] }], batch: 2, pieces: 1).Trainer;
        Dictionary<string, double> step = await trainer.StepAsync(1, TestContext.Current.CancellationToken);
        Assert.Equal(expected, step["loss"], 1e-5);
    }

    [Fact]
    public async Task Step_CutIntoMicroBatches_GivesTheSameWeights()
    {
        var results = new List<(float[] Weights, double Loss)>();
        foreach ((int batch, int pieces) in new[] { (8, 1), (4, 2), (2, 4) })
        {
            (SftTrainer trainer, Policy policy) = Trainer(Examples, batch, pieces);
            using (trainer)
                results.Add(((await trainer.StepAsync(1, TestContext.Current.CancellationToken))["loss"] is var loss ? TinyPolicy.Weights(policy) : [], loss));
        }
        using Policy start = Load();
        Assert.True(TinyPolicy.Distance(TinyPolicy.Weights(start), results[0].Weights) > 1e-3, "the step must move the weights");
        Assert.All(results, r => Assert.InRange(TinyPolicy.Distance(results[0].Weights, r.Weights), 0, 1e-6));
        Assert.All(results, r => Assert.Equal(results[0].Loss, r.Loss, 1e-5));
    }

    [Fact]
    public async Task Steps_OnAFewRows_LearnThem_AndCountTheirTokens()
    {
        (SftTrainer trainer, _) = Trainer(Examples, batch: 8, pieces: 1);
        using SftTrainer owned = trainer;
        Dictionary<string, double> first = await trainer.StepAsync(1, TestContext.Current.CancellationToken), last = first;
        for (int step = 2; step <= 60; step++)
            last = await trainer.StepAsync(step, TestContext.Current.CancellationToken);
        Assert.True(last["loss"] < first["loss"] / 3, $"the loss went from {first["loss"]:F3} to {last["loss"]:F3}");
        Assert.Equal(Examples.Sum(e => e.Length), first["num_tokens"]);
        Assert.Equal(60 * Examples.Sum(e => e.Length), last["num_tokens"]);
        Assert.Equal((await trainer.EvaluateAsync(60, TestContext.Current.CancellationToken))["eval_loss"], last["loss"], 0.2);
    }

    [Fact]
    public async Task Step_WhoseWeightsWereBlownUp_StopsAndNamesTheLearningRate()
    {
        using SftTrainer trainer = Trainer(Examples, batch: 8, pieces: 1, learningRate: 1e30).Trainer;
        TrainingException failure = await Assert.ThrowsAsync<TrainingException>(async () =>
        {
            for (int step = 1; step <= 5; step++)
                await trainer.StepAsync(step, TestContext.Current.CancellationToken);
        });
        Assert.Contains("optimizer.learning_rate", failure.Message);
    }

    private Policy Load() => Policy.Load(_folder["base"], null, null, withReference: false, seed: 0);

    private (SftTrainer Trainer, Policy Policy) Trainer(SftExample[] examples, int batch, int pieces, double learningRate = 1e-2)
    {
        Policy policy = Load();
        var recipe = new SftRecipe
        {
            Seed = 5,
            Optimizer = new OptimizerOptions { LearningRate = learningRate, LrSchedulerType = LrSchedulerType.Constant, AdamEpsilon = 1e-2 },
            Training = new TrainingOptions { MaxSteps = 60, PerDeviceTrainBatchSize = batch, GradientAccumulationSteps = pieces },
        };
        return (new SftTrainer(recipe, policy, examples, examples), policy);
    }

    public void Dispose() => _folder.Dispose();
}
