using Plumbline.Models.Decoder;
using TorchSharp;

namespace Plumbline.Engine.Segments;

/// <summary>Log-probabilities of completion tokens under a model, and the way back from their gradient to the weights.</summary>
/// <remarks>
/// A loss sees <see cref="LogProbs"/>, and at will <see cref="Entropies"/>, as leaves; after it has left its gradient there, <see cref="Backward"/> carries it through the head
/// and the layers into the parameters' <c>.grad</c>. Owns what it holds; used on one thread, within the caller's dispose scope.
/// </remarks>
public sealed class TokenLogProbs : IDisposable
{
    private readonly DecoderModel _model;
    private readonly TokenRows _rows;
    private readonly ITrunk _trunk;
    private readonly LogProbHead _head;

    private TokenLogProbs(DecoderModel model, TokenRows rows, ITrunk trunk, LogProbHead head, bool training)
    {
        (_model, _rows, _trunk, _head) = (model, rows, trunk, head);
        LogProbs = Spread(head.LogProbs, rows).requires_grad_(training).DetachFromDisposeScope();
        Entropies = head.Entropies is { } entropies ? Spread(entropies, rows).requires_grad_(training).DetachFromDisposeScope() : null;
    }

    /// <summary>Log-probability of each completion token, nats, float32, (B, T); 0 outside the mask. A leaf that takes a gradient when training.</summary>
    public Tensor LogProbs { get; }

    /// <summary>Entropy of the distribution each was drawn from, nats, float32, (B, T); 0 outside the mask; null when not asked for. A leaf that takes a gradient when training.</summary>
    public Tensor? Entropies { get; }

    /// <summary>Counted tokens up to which a pass that trains the head multiplies by it three times; beyond, the logits are made again on the way back: four times.</summary>
    /// <param name="model">Whose head it is.</param>
    public static long TokensAtOnce(DecoderModel model) => TokensAtOnce(model.Head.shape[0]);

    /// <summary>The same for a head of so many rows.</summary>
    /// <param name="vocabulary">V.</param>
    public static long TokensAtOnce(long vocabulary) => LogProbHead.KeptElements / vocabulary;

    /// <summary>Runs the model over <paramref name="rows"/>.</summary>
    /// <param name="model">With the adapter that shall take part active.</param>
    /// <param name="rows">The tokens; must outlive the result.</param>
    /// <param name="temperature">Logits are divided by it.</param>
    /// <param name="training">Whether a backward pass will follow.</param>
    /// <param name="entropies">Whether to compute entropies.</param>
    /// <param name="activations">What is kept for the backward pass; null = the defaults.</param>
    public static TokenLogProbs Forward(
        DecoderModel model, TokenRows rows, double temperature = 1.0, bool training = false, bool entropies = false, ActivationOptions? activations = null)
    {
        ITrunk trunk = Trunk.Forward(model, rows, rows.Predictors, training, activations);
        var head = new LogProbHead(trunk.Selected, model.Head, rows.Targets, temperature, training, entropies, model.Config.Variant.FinalLogitSoftcapping);
        return new TokenLogProbs(model, rows, trunk, head, training);
    }

    /// <summary>Adds to every trainable parameter's gradient, given d loss / d <see cref="LogProbs"/>, (B, T).</summary>
    /// <param name="gradient">d loss / d <see cref="LogProbs"/>, (B, T).</param>
    /// <param name="entropyGradient">d loss / d <see cref="Entropies"/>, (B, T); null = the loss does not depend on them.</param>
    /// <exception cref="InvalidOperationException">A gradient of entropies is given that were not asked for; the weights have changed since the forward pass; or it went back already.</exception>
    public void Backward(Tensor gradient, Tensor? entropyGradient = null)
    {
        using var scope = torch.NewDisposeScope();
        Tensor perToken = gradient.reshape(-1).index_select(0, _rows.Cells);                               // (N)
        Tensor? perTokenEntropy = entropyGradient?.reshape(-1).index_select(0, _rows.Cells);
        _trunk.Backward(_head.Backward(perToken, perTokenEntropy));
    }

    private static Tensor Spread(Tensor perToken, TokenRows rows)
    {
        using var noGradient = torch.no_grad();
        Tensor flat = torch.zeros(rows.Mask.numel(), dtype: perToken.dtype, device: perToken.device);
        return flat.index_copy_(0, rows.Cells, perToken).view(rows.Mask.shape);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        LogProbs.Dispose();
        Entropies?.Dispose();
        _head.Dispose();
        _trunk.Dispose();
    }
}
