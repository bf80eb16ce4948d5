using Plumbline.Training.Recipes;

namespace Plumbline.Training.Tests.Recipes;

public sealed class RecipeWriterTests : IDisposable
{
    private readonly RecipeFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_Recipe_IsReadBackAsTheSame()
    {
        GrpoRecipe recipe = _folder.Grpo(
            "adapter.r=4", "rewards.1.type=regex", "rewards.1.pattern=^\\s*(yes|no): \"x\" # 'y'", "grpo.stop_strings=[\"\\n\", \"null\", \"\\t é\", \"1.0\", \"- a\"]",
            "grpo.reward_weights={\"a b\": 0.1, \"true\": 1e-7}", "training.time_limit_minutes=0.5", "grpo.epsilon_high=0.28", "output_dir=\"~\"", "optimizer.learning_rate=1e-6");
        string yaml = RecipeWriter.Write(recipe);
        GrpoRecipe back = RecipeReader.Read<GrpoRecipe>(_folder.Write(yaml), []);
        Assert.Equal(yaml, RecipeWriter.Write(back));
        Assert.Equal(recipe.Grpo.StopStrings, back.Grpo.StopStrings);
        Assert.Equal(recipe.Grpo.RewardWeights, back.Grpo.RewardWeights);
        Assert.Equal(recipe.Rewards[1].Pattern, back.Rewards[1].Pattern);
        Assert.Equal("~", back.OutputDir);
        Assert.Equal((1e-6, 0.28, TimeSpan.FromSeconds(30)), (back.Optimizer.LearningRate, back.Grpo.EpsilonHigh, back.Training.TimeLimit));
    }

    [Fact]
    public void Write_Options_SpellsEveryKeyAndDefault() => Assert.Equal(
        """
        r: 16
        lora_alpha: 32
        lora_dropout: 0
        target_modules: [all-linear]
        use_rslora: false
        use_dora: false

        """, RecipeWriter.Write(new AdapterOptions()));

    [Fact]
    public void Write_SmallNumbersAndAbsentValues_AreSpeltForAnyYamlReader()
    {
        string yaml = RecipeWriter.Write(new SftRecipe { Optimizer = new OptimizerOptions { LearningRate = 1e-6, AdamEpsilon = 1.5e-8 } });
        Assert.Contains("\n  learning_rate: 1.0e-06\n", yaml);
        Assert.Contains("\n  adam_epsilon: 1.5e-08\n", yaml);
        Assert.Contains("\nadapter: null\n", yaml);
        Assert.Contains("\n  time_limit_minutes: 0\n", yaml);
    }
}
