using Plumbline.Models.Checkpoints;
using TorchSharp;

namespace Plumbline.Bench;

/// <summary>The bare matrix products of a piece of work: weights times rows and nothing else. No attention, no norms, no optimizer.</summary>
internal sealed class Floor : IDisposable
{
    private const int HeadChunk = 256;
    private readonly List<Tensor> _trunk = [];
    private readonly Tensor _head;
    private readonly Dictionary<(long, long), Tensor> _inputs = [];
    private readonly Dictionary<Tensor, Tensor> _gradients = new(ReferenceEqualityComparer.Instance);

    public Floor(ModelConfig config)
    {
        long width = config.HiddenSize, queries = (long)config.NumAttentionHeads * config.HeadDim, keys = (long)config.NumKeyValueHeads * config.HeadDim;
        for (int layer = 0; layer < config.NumHiddenLayers; layer++)
            foreach ((long outputs, long inputs) in new[] { (queries + 2 * keys, width), (width, queries), (2L * config.IntermediateSize, width), (width, config.IntermediateSize) })
                _trunk.Add(torch.randn(outputs, inputs).DetachFromDisposeScope());
        _head = torch.randn(config.VocabSize, width).DetachFromDisposeScope();
    }

    /// <summary>Operations of one row through the layers, forward.</summary>
    public double TrunkFlops => 2.0 * _trunk.Sum(w => w.numel());

    /// <summary>Operations of one row through the head, forward.</summary>
    public double HeadFlops => 2.0 * _head.numel();

    /// <summary>Rows through the layers, some of them through the head.</summary>
    public void Forward(long trunkRows, long headRows)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (Tensor weight in _trunk)
            using (torch.nn.functional.linear(Input(trunkRows, weight.shape[1]), weight)) { }
        for (long start = 0; start < headRows; start += HeadChunk)
            using (torch.nn.functional.linear(Input(Math.Min(HeadChunk, headRows - start), _head.shape[1]), _head)) { }
    }

    /// <summary>A rollout: each prompt once, then one row a completion and token.</summary>
    public void Rollout(int prompts, int promptLength, int completions, int tokens)
    {
        Forward((long)prompts * promptLength, prompts);
        for (int t = 1; t < tokens; t++)
            Forward(completions, completions);
    }

    /// <summary>An update: forward, the gradient of the rows, and, when everything is trained, of the weights.</summary>
    public void Update(long trunkRows, long headRows, bool full)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (Tensor weight in _trunk)
            Both(weight, trunkRows, full ? Gradient(weight) : null);
        for (long start = 0; start < headRows; start += HeadChunk)
            Both(_head, Math.Min(HeadChunk, headRows - start), full ? Gradient(_head) : null);
    }

    private void Both(Tensor weight, long rows, Tensor? gradient)
    {
        using var scope = torch.NewDisposeScope();
        Tensor x = Input(rows, weight.shape[1]);
        Tensor y = torch.nn.functional.linear(x, weight);
        _ = y.matmul(weight);
        gradient?.addmm_(y.t(), x);
    }

    private Tensor Gradient(Tensor weight)
    {
        if (!_gradients.TryGetValue(weight, out Tensor? gradient))
            _gradients[weight] = gradient = torch.zeros_like(weight).DetachFromDisposeScope();
        return gradient;
    }

    private Tensor Input(long rows, long columns)
    {
        if (!_inputs.TryGetValue((rows, columns), out Tensor? input))
            _inputs[(rows, columns)] = input = torch.randn(rows, columns).DetachFromDisposeScope();
        return input;
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _trunk.Concat(_inputs.Values).Concat(_gradients.Values).Append(_head))
            tensor.Dispose();
    }
}
