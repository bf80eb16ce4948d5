using Plumbline.Models.Adapters;
using Plumbline.Models.Decoder;

namespace Plumbline.Training.Rewards;

/// <summary>Another's model with an adapter of ours on, until it is given back with the adapter that was on before.</summary>
internal sealed class BorrowedTrunk : IDisposable
{
    private readonly DecoderModel _model;
    private readonly LoraAdapter? _before;

    public BorrowedTrunk(DecoderModel model, LoraAdapter? adapter)
    {
        (_model, _before) = (model, model.ActiveAdapter);
        model.Activate(adapter);
    }

    public void Dispose() => _model.Activate(_before);
}
