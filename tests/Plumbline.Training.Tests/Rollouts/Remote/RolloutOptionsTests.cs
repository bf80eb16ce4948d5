using Plumbline.Core.Losses;
using Plumbline.Training.Recipes;
using Plumbline.Training.Tests.Recipes;

namespace Plumbline.Training.Tests.Rollouts.Remote;

public sealed class RolloutOptionsTests : IDisposable
{
    private readonly RecipeFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("token_truncate", ImportanceSamplingLevel.Token, false)]
    [InlineData("token_mask", ImportanceSamplingLevel.Token, true)]
    [InlineData("sequence_truncate", ImportanceSamplingLevel.Sequence, false)]
    [InlineData("sequence_mask", ImportanceSamplingLevel.Sequence, true)]
    public void ToCorrection_ByTrlsWords_HoldsTheRatioAsTheyMean(string mode, ImportanceSamplingLevel level, bool masks)
    {
        SamplerCorrection correction = _folder.Grpo("rollout.type=vllm", "rollout.url=http://h", "adapter={}", $"rollout.vllm_importance_sampling_mode={mode}", "rollout.vllm_importance_sampling_cap=2").Rollout.ToCorrection()!;
        Assert.Equal((level, masks, 2.0), (correction.Level, correction.Masks, correction.Cap));
    }

    [Theory, InlineData("rollout.type=local"), InlineData("rollout.vllm_importance_sampling_correction=false")]
    public void ToCorrection_WhereNothingIsToCorrect_IsNone(string set) =>
        Assert.Null(_folder.Grpo("adapter={}", "rollout.type=vllm", set == "rollout.type=local" ? "rollout.model=m" : "rollout.url=http://h", set).Rollout.ToCorrection());

    [Theory]
    [InlineData("rollout.type=vllm", "rollout.url is missing. Name the server's root, such as http://localhost:8000.")]
    [InlineData("rollout.url=http://h", "rollout.url is 'http://h', but only type vllm asks a server. Remove it, or set rollout.type to vllm.")]
    [InlineData("rollout.type=vllm rollout.url=h:1", "rollout.url is 'h:1', but an address begins with http:// or https://.")]
    [InlineData("rollout.vllm_importance_sampling_cap=0", "rollout.vllm_importance_sampling_cap is 0, but the greatest ratio must be a number above 0. A usual value is 3.")]
    [InlineData("rollout.concurrency=0", "rollout.concurrency is 0, but at least one prompt is under way. A usual value is 64.")]
    [InlineData("rollout.max_retries=-1", "rollout.max_retries is -1, but attempts are counted from 0. 0 asks once; 4 is usual.")]
    [InlineData("rollout.timeout_seconds=0", "rollout.timeout_seconds is 0, but an attempt takes some time, at most a day. A usual value is 600.")]
    public void Faults_NameKeyAndRemedy(string sets, string expected) =>
        Assert.EndsWith(expected, Assert.Single(_folder.Faults<GrpoRecipe>(null, [.. _folder.GrpoSets, "adapter={}", .. sets.Split(' ')])));

    [Fact]
    public void Faults_OfAWholeModelThatAServerShallFollow_NameBothWaysOut() => Assert.EndsWith(
        "rollout.adapter_sync is true, but the whole model is trained, and a server can be handed adapters only. Add an adapter section, or set it to false to sample from the base as the server has it.",
        Assert.Single(_folder.Faults<GrpoRecipe>(null, [.. _folder.GrpoSets, "rollout.type=vllm", "rollout.url=http://h"])));
}
