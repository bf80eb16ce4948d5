using Plumbline.Core.Losses.Preference;
using Plumbline.Training.Recipes;

namespace Plumbline.Training.Tests.Dpo;

public sealed class DpoRecipeTests : IDisposable
{
    private readonly DpoWorkshop _workshop = new();

    [Fact]
    public void Read_TrlsWords_BindAndEveryKeyHasALine()
    {
        DpoRecipe recipe = Read("dpo.loss_type=[sigmoid, sft]", "dpo.loss_weights=[0.8, 1]", "dpo.f_divergence_type=js_divergence", "dpo.f_alpha_divergence_coef=0.3", "dpo.ld_alpha=0.5", "dpo.precompute_ref_log_probs=true");
        Assert.Equal(["sigmoid", "sft"], recipe.Dpo.LossType);
        Assert.Equal([0.8, 1], recipe.Dpo.LossWeights);
        Assert.Equal((FDivergenceType.JsDivergence, 0.3, 0.5, true), (recipe.Dpo.FDivergenceType, recipe.Dpo.FAlphaDivergenceCoef, recipe.Dpo.LdAlpha, recipe.Dpo.PrecomputeRefLogProbs));
        Assert.All(RecipeDescription.Describe(typeof(DpoRecipe)), key => Assert.InRange(key.Description.Length, 5, 80));
    }

    [Fact]
    public void Read_SeveralFaults_TellsAllAtOnceWithTheirKeys()
    {
        RecipeException faults = Assert.Throws<RecipeException>(() => Read("dpo.beta=0", "dpo.loss_type=[sigmoidal]", "dpo.label_smoothing=0.6", "dpo.ld_alpha=2", "data.max_length=1"));
        foreach (string key in new[] { "dpo.beta is 0", "'sigmoidal'", "dpo.label_smoothing is 0.6", "dpo.ld_alpha is 2", "data.max_length is 1" })
            Assert.Contains(key, faults.Message);
    }

    [Theory, InlineData("dpo.loss_type=[aot]"), InlineData("dpo.loss_type=[sigmoid, aot_unpaired]"), InlineData("dpo.loss_type=[sft]", "dpo.use_weighting=true")]
    public void Read_ALossThatComparesPairs_RefusesToCutTheStep(params string[] sets)
    {
        RecipeException fault = Assert.Throws<RecipeException>(() => Read([.. sets, "training.gradient_accumulation_steps=2"]));
        Assert.Contains("training.per_device_train_batch_size", fault.Message);
        Read(sets);
    }

    [Fact]
    public void ReadyRecipe_WithFilesGiven_HasNoFaults()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Plumbline.slnx")))
            folder = folder.Parent!;
        DpoRecipe recipe = RecipeReader.Read<DpoRecipe>(Path.Combine(folder.FullName, "recipes", "dpo.yaml"), [$"model={_workshop["base"]}", $"data.train={_workshop["pairs.jsonl"]}"]);
        Assert.True(recipe.Dpo.PrecomputeRefLogProbs);
        Assert.Equal(16, recipe.Adapter!.R);
    }

    private DpoRecipe Read(params string[] sets) =>
        RecipeReader.Read<DpoRecipe>(null, sets, new Dictionary<string, string> { ["model"] = _workshop["base"], ["data.train"] = _workshop["pairs.jsonl"] });

    public void Dispose() => _workshop.Dispose();
}
