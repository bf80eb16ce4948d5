using Plumbline.Models.Decoder;
using Plumbline.Models.Heads;
using TorchSharp;

namespace Plumbline.Engine.Segments;

/// <summary>A critic's values of the states along completions, and the way back from their gradient to its weights.</summary>
/// <remarks>
/// The state before token t is read one place before it, so the first at the prompt's last token; one more column holds the state after the
/// last token. States within prompts are not computed. A loss sees <see cref="Values"/> alone, a leaf; after it has left its gradient there,
/// <see cref="Backward"/> carries it on. A row without tokens has no states. Owns what it holds; used on one thread.
/// </remarks>
public sealed class TokenValues : IDisposable
{
    private readonly ITrunk _trunk;
    private readonly Tensor _states, _perState, _cells;

    private TokenValues(ITrunk trunk, Tensor states, Tensor perState, Tensor cells, Tensor values, bool training)
    {
        _trunk = trunk;
        (_states, _perState, _cells) = (states.DetachFromDisposeScope(), perState.DetachFromDisposeScope(), cells.DetachFromDisposeScope());
        Values = values.requires_grad_(training).DetachFromDisposeScope();
    }

    /// <summary>V, in the unit of the returns, float32, (B, T + 1); 0 where a row has no state. A leaf that takes a gradient when training.</summary>
    public Tensor Values { get; }

    /// <summary>Runs the critic over <paramref name="rows"/>.</summary>
    /// <param name="model">With the critic's adapter active.</param>
    /// <param name="head">The value head.</param>
    /// <param name="rows">The tokens.</param>
    /// <param name="training">Whether a backward pass will follow.</param>
    /// <param name="activations">What is kept for the backward pass; null = the defaults.</param>
    public static TokenValues Forward(DecoderModel model, ValueHead head, TokenRows rows, bool training = false, ActivationOptions? activations = null)
    {
        using var mode = training ? torch.enable_grad() : torch.no_grad();
        using var scope = torch.NewDisposeScope();
        (Tensor places, Tensor cells) = States(rows);
        ITrunk trunk = Trunk.Forward(model, rows, places, training, activations);
        Tensor states = trunk.Selected.detach().requires_grad_(training);                           // (S, width), a leaf
        Tensor perState = head.Forward(states);                                                     // (S)
        Tensor values = torch.zeros(rows.Mask.shape[0] * (rows.Mask.shape[1] + 1), dtype: perState.dtype, device: perState.device);
        values = values.index_copy(0, cells, perState.detach()).view(rows.Mask.shape[0], rows.Mask.shape[1] + 1);
        return new TokenValues(trunk, states, perState, cells, values, training);
    }

    /// <summary>Adds to the gradient of every trainable parameter of model and head, given d loss / d <see cref="Values"/>, (B, T + 1). Once only.</summary>
    public void Backward(Tensor gradient)
    {
        using var scope = torch.NewDisposeScope();
        _perState.backward([gradient.reshape(-1).index_select(0, _cells)]);
        _trunk.Backward(_states.grad!);
    }

    // Where the states stand in the flattened (B·L) hidden states, and where in the flattened (B·(T + 1)) values.
    private static (Tensor Places, Tensor Cells) States(TokenRows rows)
    {
        using var scope = torch.NewDisposeScope();
        long columns = rows.Mask.shape[1];
        Tensor rowOfToken = rows.Cells.div(columns, torch.RoundingMode.floor);                      // (N)
        Tensor lengths = rows.Mask.to(torch.ScalarType.Int64).sum(1L);                              // (B)
        Tensor filled = lengths.gt(0).nonzero().squeeze(1);                                         // rows that have a last token
        Tensor last = rows.Predictors.index_select(0, (lengths.cumsum(0) - 1).index_select(0, filled));
        Tensor places = torch.cat([rows.Predictors, last + 1]);
        Tensor cells = torch.cat([rows.Cells + rowOfToken, filled * (columns + 1) + lengths.index_select(0, filled)]);
        return (places.MoveToOuterDisposeScope(), cells.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Values.Dispose();
        _states.Dispose();
        _perState.Dispose();
        _trunk.Dispose();
        _cells.Dispose();
    }
}
