using Plumbline.Training.Recipes;

namespace Plumbline.Training.Tests.Recipes;

public sealed class RecipeDescriptionTests
{
    [Theory, InlineData(typeof(SftRecipe)), InlineData(typeof(RewardRecipe)), InlineData(typeof(GrpoRecipe))]
    public void Describe_EveryKey_HasOneShortLine(Type recipe)
    {
        IReadOnlyList<RecipeKey> keys = RecipeDescription.Describe(recipe);
        Assert.All(keys, key => Assert.InRange(key.Description.Length, 5, 80));
        Assert.Equal(keys.Count, keys.DistinctBy(key => key.Key).Count());
    }

    [Theory]
    [InlineData("grpo.num_generations", "whole number", "8")]
    [InlineData("grpo.scale_rewards", "group|batch|none", "group")]
    [InlineData("grpo.old_log_probs", "policy|sampler", "policy")]
    [InlineData("grpo.overlap_scoring", "true|false", "false")]
    [InlineData("grpo.min_p", "number", "null")]
    [InlineData("grpo.reward_weights", "names and numbers", "{}")]
    [InlineData("optimizer.learning_rate", "number", "1.0e-05")]
    [InlineData("adapter", "section", "null")]
    [InlineData("adapter.target_modules", "list of text", "[all-linear]")]
    [InlineData("rewards", "list of sections", "[]")]
    [InlineData("rewards.0.rubric", "names and texts", "{}")]
    [InlineData("rewards.0.scale", "unit|one_to_five|one_to_ten", "unit")]
    [InlineData("rewards.0.type", "model|length|regex|repetition|http|judge|assembly", "model")]
    [InlineData("model", "text", "\"\"")]
    [InlineData("training.time_limit_minutes", "minutes", "0")]
    public void Describe_Key_TellsTypeAndTheRecipesOwnDefault(string key, string type, string value)
    {
        RecipeKey found = Assert.Single(RecipeDescription.Describe(typeof(GrpoRecipe)), each => each.Key == key);
        Assert.Equal((type, value), (found.Type, found.Default));
    }
}
