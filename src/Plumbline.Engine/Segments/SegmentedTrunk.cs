using Plumbline.Models.Adapters;
using Plumbline.Models.Decoder;
using TorchSharp;

namespace Plumbline.Engine.Segments;

/// <summary>The model run layer by layer: each layer's input is a leaf, and the backward pass walks from the last layer to the first, one call of autograd each.</summary>
/// <remarks>
/// So a layer's temporaries go with it, its graph may be kept or made again, whole or in windows (<see cref="ActivationOptions"/>), and no gradient is taken below the
/// first trained parameter. Prompts that rows share are run once. The embedding's gradient is added straight into its <c>.grad</c>.
/// </remarks>
internal sealed class SegmentedTrunk : ITrunk
{
    private readonly DecoderModel _model;
    private readonly LoraAdapter? _adapter;
    private readonly Tensor _ids, _places;
    private readonly Tensor? _positions;
    private readonly DecoderPass _pass;
    private readonly Stack<ISegment> _segments = [];
    private readonly WeightGuard? _guard;
    private readonly bool _dropsOut;

    public SegmentedTrunk(DecoderModel model, TokenRows rows, Tensor places, bool training, ActivationOptions options)
    {
        (_model, _adapter, _dropsOut) = (model, model.ActiveAdapter, model.Layers.Any(l => l.DropsOut));
        using var mode = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        bool windows = training && options is { Mode: ActivationMode.Recompute, Window: > 0 } && !_dropsOut;
        SharedRows? shared = windows ? null : rows.Shared;
        _ids = (shared?.Ids ?? rows.Ids).alias().DetachFromDisposeScope();
        _places = (shared?.PlacesOf(places) ?? places.alias()).DetachFromDisposeScope();
        _positions = shared?.Prefix.Positions.alias().DetachFromDisposeScope();
        Tensor x = model.Input.Forward(_ids, _positions);
        _pass = (shared is null ? model.Pass(x) : model.Pass(x, shared.Prefix)).Keep();
        int recomputed = model.Layers.Count - options.LayersKept(model.Config, _ids.numel(), x.ElementSize);
        // Only the processor's random numbers can be drawn again.
        bool cannotRepeat = _dropsOut && x.device_type != DeviceType.CPU;
        bool trainedBelow = model.Embedding.requires_grad;
        for (int i = 0; i < model.Layers.Count; i++)
        {
            DecoderLayer layer = model.Layers[i];
            Tensor Run(Tensor input) => layer.Forward(input, _pass);
            using Tensor input = x;
            if (training && (i >= recomputed || cannotRepeat))
                x = Push(Segment.Keep(Run, input, trainedBelow));
            else if (training && !windows)
                x = Push(Segment.Recompute(Run, input, trainedBelow, layer.Weights(), _dropsOut));
            else
            {
                if (training)
                    _segments.Push(new WindowedLayer(model, layer, input, trainedBelow, options.Window));
                x = Segment.Look(Run, input);
            }
            trainedBelow |= layer.Weights().Any(w => w.requires_grad);
        }
        // A kept graph would notice too, but inside functions of ours, which nothing may be thrown through. One weight of each layer tells an optimizer's step.
        Tensor[] trained = training ? [.. model.Layers.SelectMany(l => l.Weights().Where(w => w.requires_grad).Take(1))] : [];
        _guard = trained.Length > 0 ? new WeightGuard(trained) : null;
        using Tensor hidden = x;
        Selected = (training ? Push(Segment.Keep(AtPlaces, hidden, trainedBelow)) : Segment.Look(AtPlaces, hidden)).DetachFromDisposeScope();
    }

    public Tensor Selected { get; }

    public void Backward(Tensor gradient)
    {
        if (_segments.Count == 0)
            throw new InvalidOperationException("There is nothing to go back through: the pass was not made for training, or has gone back already.");
        _guard?.Check();
        LoraAdapter? active = _model.ActiveAdapter;
        if (active != _adapter)
            _model.Activate(_adapter);
        try
        {
            if (_model.Layers.Any(l => l.DropsOut) != _dropsOut)
                throw new InvalidOperationException("Dropout was switched between the forward pass and its backward pass. Go backward first.");
            Walk(gradient);
        }
        finally
        {
            if (active != _adapter)
                _model.Activate(active);
        }
    }

    private Tensor Push((Segment Segment, Tensor Output) run)
    {
        _segments.Push(run.Segment);
        return run.Output;
    }

    private void Walk(Tensor gradient)
    {
        using var scope = torch.NewDisposeScope();
        Tensor? reached = gradient.alias();
        while (_segments.TryPop(out ISegment? segment))
        {
            using (segment)
            using (Tensor? output = reached)
                reached = output is null ? null : segment.Backward(output);
        }
        if (reached is null)
            return;
        using var noGradient = torch.no_grad();
        foreach ((Tensor table, Tensor rows, double factor) in _model.Input.Lookups(_ids, _positions))
            ParameterGradient.Of(table).index_add_(0, rows, reached.reshape(-1, reached.shape[^1]), factor);
    }

    private Tensor AtPlaces(Tensor x) => _model.FinalNorm.Forward(x.reshape(-1, x.shape[^1]).index_select(0, _places));

    public void Dispose()
    {
        foreach (ISegment segment in _segments)
            segment.Dispose();
        _guard?.Dispose();
        _pass.Release();
        _ids.Dispose();
        _places.Dispose();
        _positions?.Dispose();
        Selected.Dispose();
    }
}
