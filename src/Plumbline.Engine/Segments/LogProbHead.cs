using Plumbline.Models.Quantization;
using TorchSharp;

namespace Plumbline.Engine.Segments;

/// <summary>The output head fused with log_softmax and gather, chunk by chunk, so that (tokens x vocabulary) logits never exist at once.</summary>
/// <remarks>
/// With z = h·Wᵀ/τ and p = softmax(z): log-prob = z_y − logsumexp(z), and for g = d loss / d log-prob, d loss / d z = g·(1_y − p).
/// So d loss / d h = g·(W_y − p·W)/τ: where the head is frozen, p·W, one row of the width a token, is all that the way back needs, whatever the loss.
/// Where it is trained, a small batch keeps e^z between the passes, and a large one makes it again, chunk by chunk.
/// Where logits are capped, z = c·t/τ with t = tanh(h·Wᵀ/c), and d loss / d (h·Wᵀ/τ) is (1 − t²) times d loss / d z, logit by logit.
/// Entropy H = −Σ p·ln p, and for u = d loss / d H, d loss / d z = −u·p·(ln p + H).
/// </remarks>
internal sealed class LogProbHead : IDisposable
{
    /// <summary>Numbers kept between the passes, at most: 64 MiB of float32.</summary>
    public const long KeptElements = 16L << 20;

    private const long ChunkElements = 4L << 20;  // 16 MiB of float32, which a large cache holds between two operations
    private const long LeastRows = 128;           // below which a matrix product reads the head too often
    private const double LeastProbability = 1e-37;
    private readonly Tensor _hidden, _head, _targets, _sums;
    private readonly double _temperature;
    private readonly double? _cap;
    private readonly torch.ScalarType _wide;      // of logits and all that follows from them
    private readonly Tensor? _expected;           // p·W, (N, width), each p times its logit's slope
    private readonly Tensor? _targetSlopes;       // (N)
    private readonly List<Chunk>? _kept;
    private readonly WeightGuard? _guard;

    /// <summary>Computes the log-probabilities.</summary>
    /// <param name="hidden">float, (N, width), detached; must outlive the head.</param>
    /// <param name="head">float, (V, width); where it requires a gradient it counts as trained.</param>
    /// <param name="targets">int64, (N).</param>
    /// <param name="temperature">τ, above 0.</param>
    /// <param name="forBackward">Whether <see cref="Backward"/> will be called.</param>
    /// <param name="entropies">Whether to compute entropies too.</param>
    /// <param name="cap">c of capped logits, above 0; null for none.</param>
    public LogProbHead(Tensor hidden, Tensor head, Tensor targets, double temperature, bool forBackward, bool entropies, double? cap = null)
    {
        (_hidden, _head, _targets, _temperature, _cap) = (hidden, head, targets, temperature, cap);
        long n = hidden.shape[0];
        bool trained = forBackward && head.requires_grad, keeps = trained && n > 0 && n * head.shape[0] <= KeptElements;
        _guard = forBackward ? new WeightGuard([head]) : null;
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        _wide = hidden.dtype == torch.ScalarType.Float64 ? hidden.dtype : torch.ScalarType.Float32;
        LogProbs = torch.empty(n, dtype: _wide, device: hidden.device).DetachFromDisposeScope();
        Entropies = entropies ? torch.empty_like(LogProbs).DetachFromDisposeScope() : null;
        _sums = torch.empty_like(LogProbs).DetachFromDisposeScope();
        _expected = forBackward && !trained ? torch.empty_like(hidden, dtype: _wide).DetachFromDisposeScope() : null;
        _targetSlopes = _expected is not null && cap is not null ? torch.empty(n, dtype: _wide, device: hidden.device).DetachFromDisposeScope() : null;
        _kept = keeps ? [] : null;
        foreach ((long start, long count) in Chunks(n))
        {
            using var chunkScope = torch.NewDisposeScope();
            Chunk chunk = Run(start, count);
            _expected?.narrow(0, start, count).copy_(HeldProduct.Times(chunk.ToSlopes(chunk.Exponentials), head).div_(Sums(start, count)));
            _targetSlopes?.narrow(0, start, count).copy_(chunk.Slopes!.gather(1, targets.narrow(0, start, count).unsqueeze(1)).squeeze(1));
            _kept?.Add(chunk.DetachFromDisposeScope());
        }
    }

    /// <summary>Log-probabilities of the targets, nats, float32 (float64 of float64 hidden states), (N).</summary>
    public Tensor LogProbs { get; }

    /// <summary>Entropy of each distribution, nats, the log-probabilities' dtype, (N); null when not asked for.</summary>
    public Tensor? Entropies { get; }

    /// <summary>Turns d loss / d log-prob, (N), into d loss / d hidden, (N, width); adds d loss / d head to the head's <c>.grad</c> where it is trained. Once only.</summary>
    /// <param name="gradient">d loss / d log-prob, (N).</param>
    /// <param name="entropyGradient">d loss / d entropy, (N); null = none. Wants the entropies of the forward pass.</param>
    /// <exception cref="InvalidOperationException">Entropies were not asked for, or the head has changed since the forward pass.</exception>
    public Tensor Backward(Tensor gradient, Tensor? entropyGradient = null)
    {
        if (entropyGradient is not null && Entropies is null)
            throw new InvalidOperationException("A gradient of the entropies is given, but the forward pass did not compute them. Ask for entropies there.");
        _guard?.Check();
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Tensor slopes = gradient.to(_wide).unsqueeze(1);                                  // (N, 1)
        if (_expected is not null && entropyGradient is null)
        {
            Tensor chosen = _head.index_select(0, _targets).to(_wide);                    // (N, width)
            if (_targetSlopes is not null)
                chosen.mul_(_targetSlopes.unsqueeze(1));
            return chosen.sub_(_expected).mul_(slopes / _temperature).to(_hidden.dtype).MoveToOuterDisposeScope();
        }
        Tensor? entropySlopes = entropyGradient?.to(_wide).unsqueeze(1);
        Tensor hiddenGradient = torch.empty_like(_hidden);
        int index = 0;
        foreach ((long start, long count) in Chunks(_hidden.shape[0]))
        {
            using var chunkScope = torch.NewDisposeScope();
            Chunk chunk = _kept?[index++] ?? Run(start, count);
            Tensor slope = slopes.narrow(0, start, count), shares = slope;
            if (entropySlopes is not null) // g + u·(ln p + H)
                shares = LogOf(chunk.Exponentials / Sums(start, count)).add_(Entropies!.narrow(0, start, count).unsqueeze(1))
                    .mul_(entropySlopes.narrow(0, start, count)).add_(slope);
            Tensor logitGradient = chunk.Exponentials.mul_(shares / Sums(start, count).neg_());  // −p·(g + u·(ln p + H)), in place
            logitGradient.scatter_add_(1, _targets.narrow(0, start, count).unsqueeze(1), slope);
            logitGradient = chunk.ToSlopes(logitGradient);
            hiddenGradient.narrow(0, start, count).copy_(HeldProduct.Times(logitGradient, _head).div_(_temperature));
            if (_head.requires_grad)
                ParameterGradient.Of(_head).addmm_(logitGradient.t(), Scaled(start, count));
        }
        return hiddenGradient.MoveToOuterDisposeScope();
    }

    // ln p; where p has underflowed to 0, p·ln p is 0 for any finite number.
    private static Tensor LogOf(Tensor probabilities) => probabilities.clamp_min_(LeastProbability).log_();

    private Tensor Sums(long start, long count) => _sums.narrow(0, start, count).to(_wide, copy: true).unsqueeze(1); // (count, 1)

    private Tensor Scaled(long start, long count) => _temperature == 1.0 ? _hidden.narrow(0, start, count) : _hidden.narrow(0, start, count) / _temperature;

    // Some tokens' e^z, and what their logits tell of the rows.
    private Chunk Run(long start, long count)
    {
        Tensor? tanh = _cap is { } cap ? HeldProduct.Linear(_hidden.narrow(0, start, count), _head).to(_wide).div_(cap).tanh_() : null;
        Tensor logits = tanh is null ? HeldProduct.Linear(Scaled(start, count), _head).to(_wide) : tanh * (_cap!.Value / _temperature);
        SoftmaxRows.Exponentiate(logits, _targets.narrow(0, start, count), _sums.narrow(0, start, count), LogProbs.narrow(0, start, count), Entropies?.narrow(0, start, count));
        return new Chunk(logits, tanh?.pow_(2).neg_().add_(1));
    }

    private IEnumerable<(long Start, long Count)> Chunks(long n)
    {
        long rows = n * _head.shape[0] <= KeptElements && _head.requires_grad ? n : Math.Max(LeastRows, ChunkElements / _head.shape[0]);
        for (long start = 0, count; start < n; start += count)
        {
            count = Math.Min(rows, n - start);
            yield return (start, count);
        }
    }

    public void Dispose()
    {
        LogProbs.Dispose();
        Entropies?.Dispose();
        _sums.Dispose();
        _expected?.Dispose();
        _targetSlopes?.Dispose();
        _guard?.Dispose();
        foreach (Chunk chunk in _kept ?? [])
            chunk.Dispose();
    }

    // e^z but for a factor a row, to be overwritten at will, and 1 − tanh² where logits are capped; (count, V) each.
    private sealed record Chunk(Tensor Exponentials, Tensor? Slopes) : IDisposable
    {
        public Tensor ToSlopes(Tensor x) => Slopes is null ? x : x * Slopes;

        public Chunk DetachFromDisposeScope() => new(Exponentials.DetachFromDisposeScope(), Slopes?.DetachFromDisposeScope());

        public void Dispose()
        {
            Exponentials.Dispose();
            Slopes?.Dispose();
        }
    }
}
