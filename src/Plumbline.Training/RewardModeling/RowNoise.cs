using Plumbline.Engine.Sampling;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using TorchSharp;

namespace Plumbline.Training.RewardModeling;

/// <summary>The dropout of one step. It belongs to a row of the step, so the step is the same however it is cut into micro-batches.</summary>
internal sealed class RowNoise : IDisposable
{
    private readonly RewardRecipe _recipe;
    private readonly int _step, _filler;
    private readonly Tensor? _pooled;

    public RowNoise(RewardRecipe recipe, int step, int rows, RewardNetwork network)
    {
        (_recipe, _step) = (recipe, step);
        _filler = RewardText.Filler(network.Tokenizer);
        double dropout = recipe.Reward.Dropout;
        if (dropout == 0)
            return;
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator((ulong)(recipe.Seed * 1_000_003L + step));
        Tensor kept = torch.rand(rows, network.Classifier.Decoder.Config.HiddenSize, generator: generator).ge(dropout);
        _pooled = kept.to(torch.ScalarType.Float32).div_(1.0 - dropout).to(network.Classifier.Score.device).DetachFromDisposeScope();
    }

    /// <summary>The ids of a row of the step, some of them hidden.</summary>
    public int[] Hide(int row, int[] ids) => _recipe.Reward.TokenDropout == 0
        ? ids
        : [.. ids.Select((id, place) => CounterRandom.Uniform(_recipe.Seed, _step, row, place) < _recipe.Reward.TokenDropout ? _filler : id)];

    /// <summary>Factors of the pooled states of some rows, (count, width), in the caller's dispose scope; null without dropout.</summary>
    public Tensor? Pooled(int first, int count) => _pooled?.narrow(0, first, count);

    public void Dispose() => _pooled?.Dispose();
}
