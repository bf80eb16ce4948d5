using Plumbline.Training.Experiments;
using Plumbline.Training.Experiments.Results;
using Plumbline.Training.Recipes;

namespace Plumbline.Training.Tests.Experiments;

public sealed class ArmCatalogueTests
{
    private static readonly string[] Objectives = ["helpful", "safety"];

    [Fact]
    public void Of_NamesInAnyOrder_PutsTheBaseFirst_AndControlsLast()
    {
        var recipe = new CompareRecipe { Arms = ["grpo", "base"], Ablations = ["rvpo"], Controls = ["shuffled"] };
        Assert.Equal(["base", "grpo", "rvpo", "shuffled"], ArmCatalogue.Of(recipe, Objectives).Select(a => a.Key));
    }

    [Fact]
    public void Of_OneObjectiveAlone_SetsTheOtherWeightsToZero()
    {
        ArmPlan arm = ArmCatalogue.Of(new CompareRecipe { Ablations = ["safety_alone"] }, Objectives).Single(a => a.Kind == ArmKind.Ablation);
        Assert.Equal(["grpo.reward_weights.helpful=0", "grpo.reward_weights.safety=1"], arm.Sets);
        Assert.Equal(ArmCheck.OthersPay, arm.Check);
    }

    // The main arm weighs safety by 3, so the quarter is 0.75.
    [Fact]
    public void Of_ASweep_MultipliesTheMainArmsWeight()
    {
        var recipe = new CompareRecipe
        {
            Sweep = new CompareSweep { Objective = "safety", Against = "helpful", Factors = [0.25] },
            Sampling = new CompareSampling { RewardWeights = new Dictionary<string, double> { ["safety"] = 3 } },
        };
        Assert.Equal(["grpo.reward_weights.safety=0.75"], ArmCatalogue.Of(recipe, Objectives).Single(a => a.Sweep is not null).Sets);
    }

    [Fact]
    public void Of_AnObjectiveThatIsNotScored_IsAFault()
    {
        RecipeException fault = Assert.Throws<RecipeException>(() => ArmCatalogue.Of(new CompareRecipe { Ablations = ["wit_alone"] }, Objectives));
        Assert.Equal("'wit' is no objective of the reward. The objectives are helpful, safety.", Assert.Single(fault.Faults));
    }
}
