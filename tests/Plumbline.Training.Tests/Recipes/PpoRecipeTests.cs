using Plumbline.Core.Returns;
using Plumbline.Training.Recipes;

namespace Plumbline.Training.Tests.Recipes;

public sealed class PpoRecipeTests : IDisposable
{
    private readonly RecipeFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ppo.num_generations=0", "ppo.num_generations is 0, but a prompt has at least one completion.")]
    [InlineData("ppo.num_ppo_epochs=0", "ppo.num_ppo_epochs is 0, but each step has at least one pass.")]
    [InlineData("ppo.num_mini_batches=65", "ppo.num_mini_batches is 65, but it must deal the 64 completions of a step into parts of at least one.")]
    [InlineData("ppo.kl_coef=-1", "ppo.kl_coef is -1, but a negative price would drive the policy from its reference.")]
    [InlineData("ppo.kl_target=0", "ppo.kl_target is 0, but a divergence to be held must be above 0.")]
    [InlineData("ppo.kl_horizon=0", "ppo.kl_horizon is 0, but a number of completions must be above 0.")]
    [InlineData("ppo.cliprange=1", "ppo.cliprange is 1, but the clip must lie strictly between 0 and 1.")]
    [InlineData("ppo.cliprange_value=0", "ppo.cliprange_value is 0, but a value that may not move cannot be learnt.")]
    [InlineData("ppo.vf_coef=0", "ppo.vf_coef is 0, but a critic without a loss would stay as it is.")]
    [InlineData("ppo.gamma=1.5", "ppo.gamma is 1.5, but a discount must lie between 0 and 1.")]
    [InlineData("ppo.lam=-0.1", "ppo.lam is -0.1, but it must lie between 0 and 1.")]
    [InlineData("ppo.missing_eos_penalty=-1", "ppo.missing_eos_penalty is -1, but a negative penalty would reward endless text.")]
    [InlineData("ppo.critic_learning_rate=0", "ppo.critic_learning_rate is 0, but a learning rate must be above 0.")]
    [InlineData("ppo.temperature=0", "ppo.temperature is 0, but greedy completions of one prompt are all alike and teach nothing.")]
    public void Ppo_ValueOutOfRange_NamesKeyValueAndRemedy(string set, string expected) =>
        Assert.StartsWith($"--set {set}: {expected}", Assert.Single(_folder.Faults<PpoRecipe>(null, [.. _folder.GrpoSets, set])));

    [Fact]
    public void Ppo_SteeringAPriceOfNothing_IsAFault() => Assert.Contains(
        "kl_coef is 0, and steering multiplies it", Assert.Single(_folder.Faults<PpoRecipe>(null, [.. _folder.GrpoSets, "ppo.kl_coef=0", "ppo.kl_target=6"])));

    [Fact]
    public void Ppo_WrittenAndReadBack_IsTheSame()
    {
        PpoRecipe recipe = RecipeReader.Read<PpoRecipe>(null, [.. _folder.GrpoSets, "ppo.kl_estimator=k3", "ppo.kl_target=6", "ppo.cliprange_value=null", "ppo.critic_learning_rate=1e-4"]);
        Assert.Equal((KlEstimator.K3, 6.0, null, 1e-4), (recipe.Ppo.KlEstimator, recipe.Ppo.KlTarget, recipe.Ppo.CliprangeValue, recipe.Ppo.CriticLearningRate));
        Assert.Equal((1, 64, 4), (recipe.Ppo.NumGenerations, recipe.Ppo.PromptsPerStep, recipe.Ppo.NumPpoEpochs));
        string yaml = RecipeWriter.Write(recipe);
        Assert.Equal(yaml, RecipeWriter.Write(RecipeReader.Read<PpoRecipe>(_folder.Write(yaml), [])));
    }

    [Fact]
    public void ReadyRecipe_WithFilesGiven_HasNoFaults()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Plumbline.slnx")))
            folder = folder.Parent!;
        PpoRecipe recipe = RecipeReader.Read<PpoRecipe>(Path.Combine(folder.FullName, "recipes", "ppo.yaml"), _folder.GrpoSets);
        Assert.Equal([RewardSourceType.Model, RewardSourceType.Repetition], recipe.Rewards.Select(source => source.Type));
        Assert.NotNull(recipe.Adapter);
    }

    [Fact]
    public void Describe_EveryKeyOfPpo_HasOneShortLine() =>
        Assert.All(RecipeDescription.Describe(typeof(PpoRecipe)), key => Assert.InRange(key.Description.Length, 5, 80));
}
