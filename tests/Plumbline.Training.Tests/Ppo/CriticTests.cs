using Plumbline.Engine.Segments;
using Plumbline.Training.Policies;
using Plumbline.Training.Ppo;
using Plumbline.Training.Recipes;
using Plumbline.Training.Tests.Policies;
using Plumbline.Training.Tests.Rewards;
using TorchSharp;

namespace Plumbline.Training.Tests.Ppo;

public sealed class CriticTests
{
    [Fact]
    public async Task LoraCritic_InTraining_LeavesTheBaseUntouchedAndThePolicysAdapterActive()
    {
        using var workshop = new PpoWorkshop();
        (PpoTrainer trainer, Policy policy) = workshop.Trainer(workshop.Recipe(lora: true), Rule.EarlyLetter());
        float[] before = Base(policy);
        trainer.SaveState(Directory.CreateDirectory(workshop["before"]).FullName);
        await PpoWorkshop.Steps(trainer, 2);
        trainer.SaveState(Directory.CreateDirectory(workshop["after"]).FullName);
        Assert.Equal(before, Base(policy));
        Assert.All(policy.Model.NamedParameters(), p => Assert.Null(p.Value.grad));
        Assert.Same(policy.Adapter, policy.Model.ActiveAdapter);
        Assert.NotEqual(File.ReadAllBytes(workshop["before/critic.safetensors"]), File.ReadAllBytes(workshop["after/critic.safetensors"]));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Critic_OwnsWeightsApartFromThePolicys(bool lora)
    {
        using var workshop = new PpoWorkshop();
        PpoRecipe recipe = workshop.Recipe(lora);
        using Policy policy = Policy.Load(recipe.Model, recipe.Adapter, null, withReference: false, recipe.Seed);
        using Critic critic = Critic.Create(policy, recipe.Seed + 1);
        using var scope = torch.NewDisposeScope();
        using TokenRows rows = TokenRows.Pack([[1, 2]], [[3, 4, 5]]);
        float[] before = TinyPolicy.Weights(policy);
        using TokenValues forward = critic.Forward(rows, training: true);
        forward.Backward(torch.ones(1, 4));
        using (torch.no_grad())
            foreach (KeyValuePair<string, Tensor> parameter in critic.TrainableParameters)
                parameter.Value.add_(1);
        Assert.Equal(before, TinyPolicy.Weights(policy));
        Assert.All(policy.TrainableParameters, p => Assert.Null(p.Value.grad));
        Assert.Contains(critic.TrainableParameters, p => p.Value.grad is not null);
        Assert.Equal("score.weight", critic.TrainableParameters[^1].Key);
    }

    // With an adapter of n numbers the base (b) stands once, and there are two adapters and a head of 16: b + 2n + 16, of which 2n + 16 are
    // trained. Whole: the base, its copy as reference and its copy as critic, 3b + 16, of which 2b + 16 are trained. Two moments for each.
    [Theory, InlineData(true), InlineData(false)]
    public void Trainer_CountsTheCriticsParameters(bool lora)
    {
        using var workshop = new PpoWorkshop();
        (PpoTrainer trainer, Policy policy) = workshop.Trainer(workshop.Recipe(lora), Rule.EarlyLetter());
        long b = Base(policy).Length, n = lora ? TinyPolicy.Weights(policy).Length : 0, trained = (lora ? 2 * n : 2 * b) + 16;
        Assert.Equal((lora ? b + 2 * n + 16 : 3 * b + 16, trained, 2 * trained), (trainer.Parameters.Held, trainer.Parameters.Trained, trainer.Parameters.Optimised));
    }

    private static float[] Base(Policy policy) => [.. policy.Model.NamedParameters().SelectMany(p => p.Value.data<float>().ToArray())];
}
