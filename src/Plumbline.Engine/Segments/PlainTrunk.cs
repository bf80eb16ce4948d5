using Plumbline.Models.Decoder;
using TorchSharp;

namespace Plumbline.Engine.Segments;

/// <summary>The whole model as one graph of autograd.</summary>
internal sealed class PlainTrunk : ITrunk
{
    private readonly Tensor _selected;

    public PlainTrunk(DecoderModel model, TokenRows rows, Tensor places, bool training)
    {
        using var mode = training ? torch.enable_grad() : torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Tensor hidden = model.Hidden(rows.Ids);                                                            // (B, L, width)
        _selected = hidden.view(-1, hidden.shape[2]).index_select(0, places).DetachFromDisposeScope();     // (N, width)
        Selected = _selected.detach().DetachFromDisposeScope();
    }

    public Tensor Selected { get; }

    public void Backward(Tensor gradient)
    {
        if (_selected.requires_grad)
            _selected.backward([gradient]);
    }

    public void Dispose()
    {
        _selected.Dispose();
        Selected.Dispose();
    }
}
