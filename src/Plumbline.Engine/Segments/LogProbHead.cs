using TorchSharp;

namespace Plumbline.Engine.Segments;

/// <summary>The output head fused with log_softmax and gather, chunk by chunk, so that (tokens x vocabulary) logits never exist at once.</summary>
/// <remarks>
/// With z = h·Wᵀ/τ and p = softmax(z): log-prob = z_y − logsumexp(z), and for g = d loss / d log-prob, d loss / d z = g·(1_y − p).
/// So d loss / d h = g·(W_y − p·W)/τ: where the head is frozen, p·W, one row of the width a token, is all that the way back needs, whatever the loss.
/// Where it is trained, a small batch keeps e^z between the passes and a large one makes it again.
/// Entropy H = −Σ p·ln p, and for u = d loss / d H, d loss / d z = −u·p·(ln p + H).
/// </remarks>
internal sealed class LogProbHead : IDisposable
{
    private const long ChunkElements = 4L << 20;  // 16 MiB of float32, which a large cache holds between two operations
    private const long LeastRows = 64;            // below which a matrix product reads the head too often
    /// <summary>Numbers kept between the passes, at most: 128 MiB of float32.</summary>
    public const long KeptElements = 32L << 20;

    private const double LeastProbability = 1e-37;
    private readonly Tensor _hidden, _head, _targets, _sums;
    private readonly double _temperature;
    private readonly Tensor? _expected;           // p·W, (N, width)
    private readonly List<Tensor>? _kept;         // e^(z − max z) of each chunk
    private readonly WeightGuard? _guard;

    /// <summary>Computes the log-probabilities without building a graph.</summary>
    /// <param name="hidden">float, (N, width), detached; must outlive the head.</param>
    /// <param name="head">float, (V, width); where it requires a gradient it counts as trained.</param>
    /// <param name="targets">int64, (N).</param>
    /// <param name="temperature">τ, above 0.</param>
    /// <param name="forBackward">Whether <see cref="Backward"/> will be called.</param>
    /// <param name="entropies">Whether to compute entropies too.</param>
    public LogProbHead(Tensor hidden, Tensor head, Tensor targets, double temperature, bool forBackward, bool entropies)
    {
        (_hidden, _head, _targets, _temperature) = (hidden, head, targets, temperature);
        long n = hidden.shape[0];
        bool trained = forBackward && head.requires_grad;
        _guard = forBackward ? new WeightGuard([head]) : null;
        _kept = trained && n * head.shape[0] <= KeptElements ? [] : null;
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        torch.ScalarType wide = hidden.dtype == torch.ScalarType.Float64 ? hidden.dtype : torch.ScalarType.Float32;
        LogProbs = torch.empty(n, dtype: wide, device: hidden.device).DetachFromDisposeScope();
        Entropies = entropies ? torch.empty_like(LogProbs).DetachFromDisposeScope() : null;
        _sums = torch.empty_like(LogProbs).DetachFromDisposeScope();
        _expected = forBackward && !trained ? torch.empty_like(hidden).DetachFromDisposeScope() : null;
        Tensor? room = null;
        foreach ((long start, long count) in Chunks(n))
        {
            using var chunkScope = torch.NewDisposeScope();
            Tensor exponentials = Logits(start, count, ref room);
            SoftmaxRows.Exponentiate(exponentials, targets.narrow(0, start, count), _sums.narrow(0, start, count), LogProbs.narrow(0, start, count), Entropies?.narrow(0, start, count));
            _expected?.narrow(0, start, count).copy_(exponentials.matmul(head) / Sums(start, count));
            if (_kept is null)
                continue;
            _kept.Add(exponentials.DetachFromDisposeScope());
            room = null;
        }
    }

    /// <summary>Log-probabilities of the targets, nats, float32 (float64 of float64 hidden states), (N).</summary>
    public Tensor LogProbs { get; }

    /// <summary>Entropy of each distribution, nats, the log-probabilities' dtype, (N); null when not asked for.</summary>
    public Tensor? Entropies { get; }

    /// <summary>Turns d loss / d log-prob, (N), into d loss / d hidden, (N, width); adds d loss / d head, (V, width), to <paramref name="headGradient"/> when given.</summary>
    /// <param name="gradient">d loss / d log-prob, (N).</param>
    /// <param name="headGradient">Added to.</param>
    /// <param name="entropyGradient">d loss / d entropy, (N); null = none. Wants the entropies of the forward pass.</param>
    public Tensor Backward(Tensor gradient, Tensor? headGradient, Tensor? entropyGradient = null)
    {
        if (entropyGradient is not null && Entropies is null)
            throw new InvalidOperationException("A gradient of the entropies is given, but the forward pass did not compute them. Ask for entropies there.");
        _guard?.Check();
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Tensor scaled = (gradient / _temperature).to(_hidden.dtype).unsqueeze(1);         // (N, 1)
        if (_expected is not null && headGradient is null && entropyGradient is null)
            return _head.index_select(0, _targets).sub_(_expected).mul_(scaled).MoveToOuterDisposeScope();
        Tensor hiddenGradient = _head.index_select(0, _targets).mul_(scaled);             // (N, width), g·W_y
        headGradient?.index_add_(0, _targets, _hidden * scaled, 1);
        Tensor? scaledEntropy = entropyGradient is null ? null : (entropyGradient / _temperature).to(_hidden.dtype).unsqueeze(1);
        Tensor? room = null;
        int index = 0;
        foreach ((long start, long count) in Chunks(_hidden.shape[0]))
        {
            using var chunkScope = torch.NewDisposeScope();
            Tensor exponentials = _kept is null ? Again(start, count, ref room) : _kept[index++];
            // −p·(g + u·(ln p + H)) = e^z · share, where share = −g/S without entropies' gradient.
            Tensor share = scaled.narrow(0, start, count).neg() / Sums(start, count);     // (count, 1)
            if (scaledEntropy is not null)
            {
                Tensor slope = LogOf(exponentials / Sums(start, count)).add_(Entropies!.narrow(0, start, count).to(_hidden.dtype).unsqueeze(1))
                    .mul_(scaledEntropy.narrow(0, start, count)).add_(scaled.narrow(0, start, count));
                exponentials.mul_(slope);
                share = Sums(start, count).reciprocal().neg_();
            }
            hiddenGradient.narrow(0, start, count).add_(exponentials.matmul(_head).mul_(share));
            headGradient?.addmm_(exponentials.t(), _hidden.narrow(0, start, count) * share);
        }
        return hiddenGradient.MoveToOuterDisposeScope();
    }

    // ln p; where p has underflowed to 0, p·ln p is 0 for any finite number.
    private static Tensor LogOf(Tensor probabilities) => probabilities.clamp_min_(LeastProbability).log_();

    private Tensor Sums(long start, long count) => _sums.narrow(0, start, count).to(_hidden.dtype).unsqueeze(1); // (count, 1)

    // The forward pass's exponentials once more.
    private Tensor Again(long start, long count, ref Tensor? room)
    {
        Tensor exponentials = Logits(start, count, ref room), unused = torch.empty_like(LogProbs.narrow(0, start, count));
        SoftmaxRows.Exponentiate(exponentials, _targets.narrow(0, start, count), unused, unused, null);
        return exponentials;
    }

    // (count, V), in room that chunks use one after another.
    private Tensor Logits(long start, long count, ref Tensor? room)
    {
        Tensor hidden = _hidden.narrow(0, start, count);
        if (_temperature != 1.0)
            hidden = hidden / _temperature;
        room ??= torch.empty(count, _head.shape[0], dtype: _hidden.dtype, device: _hidden.device).MoveToOuterDisposeScope();
        return room.narrow(0, 0, count).addmm_(hidden, _head.t(), 0, 1);
    }

    private IEnumerable<(long Start, long Count)> Chunks(long n)
    {
        long rows = Math.Max(LeastRows, ChunkElements / _head.shape[0]);
        for (long start = 0; start < n; start += rows)
            yield return (start, Math.Min(rows, n - start));
    }

    public void Dispose()
    {
        LogProbs.Dispose();
        Entropies?.Dispose();
        _sums.Dispose();
        _expected?.Dispose();
        _guard?.Dispose();
        foreach (Tensor kept in _kept ?? [])
            kept.Dispose();
    }
}
