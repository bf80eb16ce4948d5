using Plumbline.Models.Decoder;
using TorchSharp;

namespace Plumbline.Engine.Segments;

/// <summary>A layer that is run again, on the way back, some tokens at a time: the last window goes first, and keys and values gather gradient from the windows behind them.</summary>
/// <remarks>
/// Exact for any window: what lies between windows is the earlier tokens' keys and values alone, leaves whose gradients are added up, and those of a
/// window are whole when all behind it are done. Holds one window's graph at a time. Owns its tensors.
/// </remarks>
internal sealed class WindowedLayer : ISegment
{
    private readonly DecoderModel _model;
    private readonly DecoderLayer _layer;
    private readonly Tensor _input;
    private readonly bool _inputGradient;
    private readonly int _window;
    private readonly WeightGuard _guard;

    /// <summary>Takes what the way back needs; the forward pass is the layer's own.</summary>
    /// <param name="model">Whose layer it is.</param>
    /// <param name="layer">The layer; draws no random numbers.</param>
    /// <param name="input">(B, T, width).</param>
    /// <param name="inputGradient">Whether the input's gradient is wanted.</param>
    /// <param name="window">Tokens of each row at a time.</param>
    public WindowedLayer(DecoderModel model, DecoderLayer layer, Tensor input, bool inputGradient, int window)
    {
        (_model, _layer, _inputGradient, _window) = (model, layer, inputGradient, window);
        _input = input.detach().DetachFromDisposeScope();
        _guard = new WeightGuard(layer.Weights());
    }

    /// <inheritdoc/>
    public Tensor? Backward(Tensor gradient)
    {
        _guard.Check();
        using var scope = torch.NewDisposeScope();
        (Tensor keys, Tensor values) = KeysAndValues();                                  // (B, Hkv, T, D)
        Tensor keyGradient = torch.zeros_like(keys), valueGradient = torch.zeros_like(values);
        Tensor? inputGradient = _inputGradient ? torch.empty_like(_input) : null;
        long tokens = _input.shape[1];
        for (long start = (tokens - 1) / _window * _window; start >= 0; start -= _window)
        {
            using var windowScope = torch.NewDisposeScope();
            long count = Math.Min(_window, tokens - start);
            Tensor x = _input.narrow(1, start, count).detach().requires_grad_(_inputGradient);
            var earlier = new WindowKeys(keys.narrow(2, 0, start).detach().requires_grad_(), values.narrow(2, 0, start).detach().requires_grad_());
            Run(x, earlier, gradient.narrow(1, start, count), keyGradient.narrow(2, start, count), valueGradient.narrow(2, start, count));
            inputGradient?.narrow(1, start, count).copy_(x.grad!);
            if (start == 0)
                break;
            keyGradient.narrow(2, 0, start).add_(earlier.Keys.grad!);
            valueGradient.narrow(2, 0, start).add_(earlier.Values.grad!);
        }
        return inputGradient?.MoveToOuterDisposeScope();
    }

    private void Run(Tensor x, WindowKeys earlier, Tensor gradient, Tensor keyGradient, Tensor valueGradient)
    {
        using var gradients = torch.enable_grad();
        Tensor output = _layer.Forward(x, _model.Pass(x, earlier));
        (Tensor Output, Tensor Gradient)[] roots =
            [.. new[] { (output, gradient), (earlier.Own.Keys, keyGradient), (earlier.Own.Values, valueGradient) }.Where(root => root.Item1.requires_grad)];
        torch.autograd.backward([.. roots.Select(root => root.Output)], [.. roots.Select(root => root.Gradient)]);
    }

    private (Tensor Keys, Tensor Values) KeysAndValues()
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        (Tensor keys, Tensor values) = _layer.KeysAndValues(_input, _model.Pass(_input));
        return (keys.MoveToOuterDisposeScope(), values.MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
        _input.Dispose();
        _guard.Dispose();
    }
}
