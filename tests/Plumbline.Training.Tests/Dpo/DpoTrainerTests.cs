using Plumbline.Core.Losses.Preference;
using Plumbline.Engine.Segments;
using Plumbline.Training.Dpo;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;
using Plumbline.Training.Tests.Policies;
using TorchSharp;

namespace Plumbline.Training.Tests.Dpo;

public sealed class DpoTrainerTests : IDisposable
{
    private readonly DpoWorkshop _workshop = new();

    // At the start policy and reference agree: every margin is 0, so the loss is ln 2 and no pair is put in order.
    [Theory, InlineData(false), InlineData(true)]
    public async Task Step_First_CostsLn2AndCountsTokensTwice(bool precomputed)
    {
        Dictionary<string, double> step = await _workshop.Trainer(With(precomputed: precomputed)).Trainer.StepAsync(1, TestContext.Current.CancellationToken);
        Assert.Equal(Math.Log(2), step["loss"], 1e-5);
        Assert.Equal(0, step["rewards/margins"], 1e-5);
        Assert.True(step["grad_norm"] > 1e-3);
        foreach (string name in new[] { "learning_rate", "num_tokens", "time/update", "step_time", "rewards/chosen", "rewards/rejected", "rewards/accuracies", "logps/chosen", "logps/rejected" })
            Assert.Contains(name, step.Keys);
    }

    // A prompt of 2 twice, answers of 2 and 3: 9 tokens a step.
    [Fact]
    public async Task Step_NumTokens_CountsPromptTwiceAndBothAnswers()
    {
        DpoRecipe recipe = With() with { Training = new TrainingOptions { MaxSteps = 2, PerDeviceTrainBatchSize = 1 } };
        (DpoTrainer trainer, _) = _workshop.Trainer(recipe, [new DpoExample([1, 2], [3, 4], [5, 6, 7])]);
        Assert.Equal(9, (await trainer.StepAsync(1, TestContext.Current.CancellationToken))["num_tokens"]);
        Assert.Equal(18, (await trainer.StepAsync(2, TestContext.Current.CancellationToken))["num_tokens"]);
    }

    // rewards/chosen is β times (Σ log p of the answer's tokens now − at the start), each from the whole softmax; prompt tokens are in no term.
    [Fact]
    public async Task Rewards_AfterAStep_AreBetaTimesTheLogRatioOfTheAnswersAlone()
    {
        DpoExample pair = new([97, 98], [99, 100, TinyPolicy.Eos], [101, TinyPolicy.Eos]);
        DpoRecipe recipe = With(beta: 0.5) with { Training = new TrainingOptions { MaxSteps = 2, PerDeviceTrainBatchSize = 1 } };
        (DpoTrainer trainer, Policy policy) = _workshop.Trainer(recipe, [pair]);
        double chosen = LogProb(policy, pair.PromptIds, pair.ChosenIds), rejected = LogProb(policy, pair.PromptIds, pair.RejectedIds);
        await trainer.StepAsync(1, TestContext.Current.CancellationToken);
        double chosenNow = LogProb(policy, pair.PromptIds, pair.ChosenIds), rejectedNow = LogProb(policy, pair.PromptIds, pair.RejectedIds);
        Dictionary<string, double> step = await trainer.StepAsync(2, TestContext.Current.CancellationToken);
        Assert.True(chosenNow - chosen > rejectedNow - rejected + 0.01, "the step must part the answers");
        Assert.Equal(0.5 * (chosenNow - chosen), step["rewards/chosen"], 1e-4);
        Assert.Equal(0.5 * (rejectedNow - rejected), step["rewards/rejected"], 1e-4);
        Assert.Equal(chosenNow, step["logps/chosen"], 1e-4);
        Assert.Equal(Math.Log(1 + Math.Exp(-0.5 * (chosenNow - chosen - rejectedNow + rejected))), step["loss"], 1e-4);
    }

    public static TheoryData<string> Separable() => [.. PreferenceLosses.Names.Where(name => !PreferenceLosses.CouplesPairs(name, weighted: false))];

    [Theory, MemberData(nameof(Separable))]
    public async Task Step_CutIntoMicroBatches_GivesTheSameWeights(string loss)
    {
        var results = new List<(float[] Weights, Dictionary<string, double> Metrics)>();
        foreach ((int batch, int pieces) in new[] { (8, 1), (4, 2), (1, 8) })
        {
            DpoRecipe recipe = With(loss, smoothing: 0.1, ldAlpha: 0.5) with { Training = new TrainingOptions { MaxSteps = 2, PerDeviceTrainBatchSize = batch, GradientAccumulationSteps = pieces } };
            (DpoTrainer trainer, Policy policy) = _workshop.Trainer(recipe);
            await trainer.StepAsync(1, TestContext.Current.CancellationToken);
            Dictionary<string, double> second = await trainer.StepAsync(2, TestContext.Current.CancellationToken);
            results.Add((TinyPolicy.Weights(policy), second));
        }
        using Policy start = Policy.Load(_workshop["base"], null, null, withReference: false, seed: 0);
        Assert.True(TinyPolicy.Distance(TinyPolicy.Weights(start), results[0].Weights) > 1e-3, "the steps must move the weights");
        foreach ((float[] weights, Dictionary<string, double> metrics) in results[1..])
        {
            Assert.InRange(TinyPolicy.Distance(results[0].Weights, weights), 0, 1e-5);
            foreach (string name in new[] { "loss", "grad_norm", "rewards/margins", "logps/rejected" })
                Assert.Equal(results[0].Metrics[name], metrics[name], 1e-4);
        }
    }

    [Theory, InlineData(false, null, false), InlineData(true, null, false), InlineData(false, 0.3, false), InlineData(true, null, true)]
    public async Task Steps_WithAPrecomputedReference_AreThoseWithALiveOne(bool lora, double? ldAlpha, bool weighted)
    {
        float[][] weights = new float[2][];
        var losses = new double[2];
        foreach (bool precomputed in new[] { false, true })
        {
            (DpoTrainer trainer, Policy policy) = _workshop.Trainer(With(lora: lora, precomputed: precomputed, ldAlpha: ldAlpha, weighted: weighted));
            for (int step = 1; step <= 4; step++)
                losses[precomputed ? 1 : 0] = (await trainer.StepAsync(step, TestContext.Current.CancellationToken))["loss"];
            weights[precomputed ? 1 : 0] = TinyPolicy.Weights(policy);
        }
        Assert.Equal(losses[0], losses[1], 1e-4);
        Assert.InRange(TinyPolicy.Distance(weights[0], weights[1]), 0, 1e-4);
    }

    // The adapter has moved; with it off the model is the one it was loaded from, as a frozen copy would be.
    [Fact]
    public async Task Reference_AdapterOff_IsAFrozenCopyOfTheBase()
    {
        using var scope = torch.NewDisposeScope();
        (DpoTrainer trainer, Policy policy) = _workshop.Trainer(With(lora: true));
        using Policy copy = Policy.Load(_workshop["base"], null, null, withReference: true, seed: 5);
        using TokenRows rows = TokenRows.Pack([[1, 2], [3]], [[97, 98, 99], [100]]);
        for (int step = 1; step <= 3; step++)
            await trainer.StepAsync(step, TestContext.Current.CancellationToken);
        using TokenLogProbs now = TokenLogProbs.Forward(policy.Model, rows);
        Tensor frozen = copy.ReferenceLogProbs(rows);
        Assert.True((now.LogProbs - frozen).abs().max().ToDouble() > 1e-3, "the adapter must have moved");
        Assert.Equal(0, (policy.ReferenceLogProbs(rows) - frozen).abs().max().ToDouble(), 1e-6);
    }

    [Theory, InlineData(false, "sigmoid"), InlineData(true, "sigmoid"), InlineData(false, "aot")]
    public async Task Steps_OnPairs_LearnToPutThemInOrder(bool lora, string loss)
    {
        (DpoTrainer trainer, _) = _workshop.Trainer(With(loss, lora: lora));
        Dictionary<string, double> before = await trainer.EvaluateAsync(0, TestContext.Current.CancellationToken);
        for (int step = 1; step <= 30; step++)
            await trainer.StepAsync(step, TestContext.Current.CancellationToken);
        Dictionary<string, double> after = await trainer.EvaluateAsync(30, TestContext.Current.CancellationToken);
        Assert.Equal(0, before["eval_rewards/margins"], 1e-5);
        Assert.Equal(1, after["eval_rewards/accuracies"]);
        Assert.True(after["eval_rewards/margins"] > 0.3, $"margin {after["eval_rewards/margins"]:F3}");
        Assert.True(after["eval_loss"] < before["eval_loss"] - 0.1, $"loss {before["eval_loss"]:F3} to {after["eval_loss"]:F3}");
    }

    // Pairs that the policy finds unlikely weigh less: by hand, exp of the mean of log p − log Σ p², for both answers.
    [Fact]
    public async Task UseWeighting_FirstStep_CostsLn2TimesTheWeight()
    {
        using var scope = torch.NewDisposeScope();
        DpoExample pair = new([97, 98], [99, 100], [101]);
        DpoRecipe recipe = With(weighted: true) with { Training = new TrainingOptions { MaxSteps = 1, PerDeviceTrainBatchSize = 1 } };
        (DpoTrainer trainer, Policy policy) = _workshop.Trainer(recipe, [pair]);
        double weight = Math.Exp(Aligned(policy, [97, 98, 99, 100], 2) + Aligned(policy, [97, 98, 101], 2));
        Assert.NotEqual(1, weight, 1e-2);
        Assert.Equal(weight * Math.Log(2), (await trainer.StepAsync(1, TestContext.Current.CancellationToken))["loss"], 1e-5);
    }

    [Fact]
    public async Task Step_WhoseWeightsWereBlownUp_StopsAndNamesTheLearningRate()
    {
        DpoRecipe recipe = With() with { Optimizer = new OptimizerOptions { LearningRate = 1e30, LrSchedulerType = LrSchedulerType.Constant } };
        (DpoTrainer trainer, _) = _workshop.Trainer(recipe);
        TrainingException failure = await Assert.ThrowsAsync<TrainingException>(async () =>
        {
            for (int step = 1; step <= 5; step++)
                await trainer.StepAsync(step, TestContext.Current.CancellationToken);
        });
        Assert.Contains("optimizer.learning_rate", failure.Message);
    }

    private DpoRecipe With(string loss = "sigmoid", bool lora = false, bool precomputed = false, double beta = 0.1, double smoothing = 0, double? ldAlpha = null, bool weighted = false)
    {
        DpoRecipe recipe = _workshop.Recipe(lora);
        return recipe with
        {
            Dpo = new DpoOptions { LossType = [loss], Beta = beta, LabelSmoothing = smoothing, LdAlpha = ldAlpha, UseWeighting = weighted, PrecomputeRefLogProbs = precomputed },
            Training = recipe.Training with { PerDeviceTrainBatchSize = 8, MaxSteps = 30 },
        };
    }

    private static double LogProb(Policy policy, int[] prompt, int[] answer)
    {
        using var scope = torch.NewDisposeScope();
        Tensor logProbs = All(policy, [.. prompt, .. answer]);
        return answer.Select((id, k) => logProbs[prompt.Length - 1 + k, id].ToDouble()).Sum();
    }

    private static double Aligned(Policy policy, int[] ids, int promptLength)
    {
        using var scope = torch.NewDisposeScope();
        Tensor logProbs = All(policy, ids);
        return Enumerable.Range(promptLength, ids.Length - promptLength).Average(t => logProbs[t - 1, ids[t]].ToDouble() - Math.Log(logProbs[t - 1].exp().square().sum().ToDouble()));
    }

    private static Tensor All(Policy policy, int[] ids) =>
        policy.Model.Logits(policy.Model.Hidden(torch.tensor(ids.Select(i => (long)i).ToArray()).unsqueeze(0))).squeeze(0).log_softmax(1);

    public void Dispose() => _workshop.Dispose();
}
