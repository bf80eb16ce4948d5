using Plumbline.Models.Checkpoints;
using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>Rotary position embedding: cosine and sine of every position times every frequency, made once and grown on demand.</summary>
/// <remarks>
/// Source: Su et al. 2021, arXiv:2104.09864. Scalings: linear (position interpolation, arXiv:2306.15595), llama3 (Llama 3.1's
/// published rule), yarn (Peng et al. 2023, arXiv:2309.00071, section 3.2), longrope (Ding et al. 2024, arXiv:2402.13753). Halves are rotated, not neighbouring pairs, as
/// Hugging Face's checkpoints expect.
/// </remarks>
public sealed class RotaryEmbedding : IDisposable
{
    private readonly double[] _inverseFrequencies;
    private readonly double _attentionFactor;
    private Tensor _cosine, _sine; // (positions, D)

    /// <summary>Prepares the frequencies of <paramref name="config"/>.</summary>
    public RotaryEmbedding(ModelConfig config)
    {
        _inverseFrequencies = RopeFrequencies.Inverse(config.Rope, config.HeadDim, config.MaxPositionEmbeddings);
        _attentionFactor = RopeFrequencies.AttentionFactor(config.Rope);
        (_cosine, _sine) = Table(Math.Min(config.MaxPositionEmbeddings, 512), torch.CPU);
    }

    /// <summary>The rotation for rows of their own positions.</summary>
    /// <param name="positions">int64, (B, T).</param>
    /// <param name="last">The largest position among them.</param>
    /// <param name="like">Gives dtype and device.</param>
    /// <returns>Cosine and sine, each (B, 1, T, D).</returns>
    public (Tensor Cosine, Tensor Sine) At(Tensor positions, long last, Tensor like)
    {
        Prepare(last + 1, like.device);
        long b = positions.shape[0], t = positions.shape[1];
        Tensor flat = positions.reshape(-1);
        return (Cast(_cosine.index_select(0, flat).view(b, 1, t, -1), like), Cast(_sine.index_select(0, flat).view(b, 1, t, -1), like));
    }

    /// <summary>The rotation for positions <paramref name="start"/> to start + <paramref name="count"/> − 1, the same in all rows.</summary>
    /// <returns>Cosine and sine, each (T, D).</returns>
    public (Tensor Cosine, Tensor Sine) Range(long start, long count, Tensor like)
    {
        Prepare(start + count, like.device);
        return (Cast(_cosine.narrow(0, start, count), like), Cast(_sine.narrow(0, start, count), like));
    }

    /// <summary>Cosine and sine of at least the first <paramref name="count"/> positions, each (positions, D), float32 in the processor's memory; this object's own, until they grow.</summary>
    internal (Tensor Cosine, Tensor Sine) Tables(long count)
    {
        Prepare(count, torch.CPU);
        return (_cosine, _sine);
    }

    /// <summary>Rotates queries or keys, (B, H, T, D).</summary>
    public static Tensor Rotate(Tensor x, Tensor cosine, Tensor sine)
    {
        using var scope = torch.NewDisposeScope();
        Tensor[] halves = x.chunk(2, -1);
        return (x * cosine).addcmul_(torch.cat([-halves[1], halves[0]], -1), sine, 1).MoveToOuterDisposeScope();
    }

    // The table grows by doubling and moves to where the model runs; on a device it must not travel at every step.
    private void Prepare(long positions, torch.Device device)
    {
        long held = _cosine.size(0);
        bool here = _cosine.device_type == device.type && _cosine.device_index == device.index;
        if (positions <= held && here)
            return;
        (Tensor cosine, Tensor sine) = Table(positions <= held ? held : Math.Max(positions, 2 * held), device);
        _cosine.Dispose();
        _sine.Dispose();
        (_cosine, _sine) = (cosine, sine);
    }

    private (Tensor Cosine, Tensor Sine) Table(long positions, torch.Device device)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        // Angles in float32, as the references compute them: position · inverse frequency, both rounded first.
        Tensor inverse = torch.tensor(_inverseFrequencies.Select(f => (float)f).ToArray());
        Tensor angles = torch.outer(torch.arange(positions, torch.ScalarType.Float32), inverse);
        Tensor both = torch.cat([angles, angles], -1);
        return ((both.cos() * _attentionFactor).to(device).DetachFromDisposeScope(), (both.sin() * _attentionFactor).to(device).DetachFromDisposeScope());
    }

    private static Tensor Cast(Tensor table, Tensor like) => table.dtype == like.dtype ? table : table.to(like.dtype);

    /// <inheritdoc/>
    public void Dispose()
    {
        _cosine.Dispose();
        _sine.Dispose();
    }
}
