using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Heads;
using Plumbline.Models.Tokens;
using Plumbline.Rewards;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Tests.Grpo;
using TorchSharp;

namespace Plumbline.Training.Tests.Rewards;

public sealed class RewardAdapterTests : IDisposable
{
    private static readonly RewardInput[] Asked = [("one", "two words"), ("two", "a"), ("three", "and some more of them")];
    private readonly GrpoWorkshop _workshop = new();

    public RewardAdapterTests() => Write();

    public void Dispose() => _workshop.Dispose();

    [Fact]
    public void Load_OverAPolicysBase_ScoresAsOverItsOwn_WithoutASecondBase_AndLeavesThePolicyAsItWas()
    {
        using Policy policy = Policy.Load(_workshop["base"], new AdapterOptions { R = 4 }, null, withReference: false, seed: 1);
        Scramble(policy.Adapter!);
        using RewardModel alone = RewardModel.Load(_workshop["reward"]), shared = RewardModel.Load(_workshop["reward"], policy: policy);
        double[][] expected = alone.Score(Asked).Scores, scores = shared.Score(Asked).Scores;
        Assert.Equal(["courtesy", "safety"], shared.Objectives);
        for (int i = 0; i < Asked.Length; i++)
            Assert.All(expected[i].Zip(scores[i]), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.NotEqual(expected[0][0], expected[1][0]);
        Assert.Same(policy.Adapter, policy.Model.ActiveAdapter);
        long adapter = policy.Adapter!.NamedParameters().Sum(p => p.Value.numel()); // both adapters have the rank 4
        Assert.Equal(adapter + 2 * 16, shared.ParameterCount);
        Assert.Equal(adapter + 2 * 16 + policy.Model.NamedParameters().Sum(p => p.Value.numel()), alone.ParameterCount);
    }

    [Fact]
    public void Load_ForAPolicyOnAnotherBase_ReadsItsOwn()
    {
        Policies.TinyPolicy.Write(_workshop["other"]);
        using Policy policy = Policy.Load(_workshop["other"], new AdapterOptions { R = 4 }, null, withReference: false, seed: 1);
        using RewardModel alone = RewardModel.Load(_workshop["reward"]), other = RewardModel.Load(_workshop["reward"], policy: policy);
        Assert.Equal(alone.ParameterCount, other.ParameterCount);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Run_RewardedByAnAdapterOnItsBase_Learns(bool overlap)
    {
        GrpoRecipe recipe = _workshop.Recipe(lora: true);
        recipe = recipe with
        {
            Rewards = [new RewardSource { Path = _workshop["reward"] }],
            Grpo = recipe.Grpo with { OverlapScoring = overlap },
            Training = new TrainingOptions { MaxSteps = 2 },
        };
        (var outcome, _) = await GrpoWorkshop.Run(recipe);
        Assert.Equal(2, outcome.Steps);
        Assert.True(double.IsFinite(outcome.Metrics["rewards/safety/mean"]));
    }

    [Fact]
    public void Load_WhoseBaseIsGone_NamesIt()
    {
        Directory.Move(_workshop["base"], _workshop["moved"]);
        Assert.Equal(
            $"{_workshop["reward"]} is an adapter for {_workshop["base"]}, which is not there. Run from the folder that the name is relative to, or correct base_model_name_or_path in adapter_config.json.",
            Assert.Throws<CheckpointException>(() => RewardModel.Load(_workshop["reward"])).Message);
    }

    // What PEFT reads: its own words for the head among the tensors.
    [Fact]
    public void Folder_IsPefts()
    {
        using AdapterFolder folder = AdapterFolder.Open(_workshop["reward"]);
        Assert.Equal("SEQ_CLS", folder.Config.TaskType);
        Assert.Equal(["score"], folder.Config.ModulesToSave!);
        using Tensor score = folder.Read("base_model.model.score.weight");
        Assert.Equal([2L, 16], score.shape);
    }

    private void Write()
    {
        using CheckpointFolder folder = CheckpointFolder.Open(_workshop["base"]);
        using SequenceClassifier classifier = SequenceClassifier.Load(folder, ["courtesy", "safety"], "mean", seed: 2);
        using LoraAdapter adapter = LoraAdapter.Create(classifier.Decoder, new AdapterOptions { R = 4 }.ToAdapterConfig(_workshop["base"]), seed: 4);
        Scramble(adapter);
        RewardAdapterFolder.Write(_workshop["reward"], adapter, classifier, new RewardModelConfig(Sigmoid: true, MaxLength: 32, Lowercase: true));
        TokenizerFolder.Load(_workshop["base"]).Save(_workshop["reward"]);
    }

    private static void Scramble(LoraAdapter adapter)
    {
        using var noGradient = torch.no_grad();
        using var generator = new torch.Generator(9);
        foreach (KeyValuePair<string, Tensor> parameter in adapter.NamedParameters())
            parameter.Value.normal_(0, 0.3, generator);
    }
}
