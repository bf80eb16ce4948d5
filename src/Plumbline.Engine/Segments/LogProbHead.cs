using TorchSharp;

namespace Plumbline.Engine.Segments;

/// <summary>The output head fused with log_softmax and gather, chunk by chunk, so that (tokens x vocabulary) logits never exist at once.</summary>
/// <remarks>
/// With z = h·Wᵀ/τ and p = softmax(z): log-prob = z_y − logsumexp(z), and for g = d loss / d log-prob, d loss / d z = g·(1_y − p).
/// Entropy H = −Σ p·ln p, and for e = d loss / d H, d loss / d z = −e·p·(ln p + H).
/// A small batch keeps p between the passes; a large one makes it again.
/// </remarks>
internal sealed class LogProbHead : IDisposable
{
    private const int ChunkRows = 256;
    private const long KeptElements = 48L << 20; // 192 MiB of float32
    private const double LeastProbability = 1e-37;
    private readonly Tensor _hidden, _head, _targets;
    private readonly double _temperature;
    private readonly List<Tensor>? _kept;
    private readonly WeightGuard? _guard;

    /// <summary>Computes the log-probabilities without building a graph.</summary>
    /// <param name="hidden">float, (N, width), detached; must outlive the head.</param>
    /// <param name="head">float, (V, width).</param>
    /// <param name="targets">int64, (N).</param>
    /// <param name="temperature">τ, above 0.</param>
    /// <param name="forBackward">Whether <see cref="Backward"/> will be called.</param>
    /// <param name="entropies">Whether to compute entropies too.</param>
    public LogProbHead(Tensor hidden, Tensor head, Tensor targets, double temperature, bool forBackward, bool entropies)
    {
        (_hidden, _head, _targets, _temperature) = (hidden, head, targets, temperature);
        long n = hidden.shape[0];
        _kept = forBackward && n * head.shape[0] <= KeptElements ? [] : null;
        _guard = forBackward ? new WeightGuard([head]) : null;
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Tensor logProbs = torch.empty(n, dtype: hidden.dtype == torch.ScalarType.Float64 ? hidden.dtype : torch.ScalarType.Float32, device: hidden.device);
        Tensor? entropy = entropies ? torch.empty_like(logProbs) : null;
        foreach ((long start, long count) in Chunks(n))
        {
            using var chunkScope = torch.NewDisposeScope();
            Tensor logits = Logits(start, count);                                        // (count, V)
            Tensor normaliser = logits.logsumexp(1, true);                               // (count, 1)
            Tensor target = targets.narrow(0, start, count).unsqueeze(1);
            logProbs.narrow(0, start, count).copy_((logits.gather(1, target) - normaliser).squeeze(1));
            if (entropy is null && _kept is null)
                continue;
            if (entropy is null)
            {
                _kept!.Add(logits.sub_(normaliser).exp_().DetachFromDisposeScope());
                continue;
            }
            Tensor probabilities = (logits - normaliser).exp_();
            // H = logsumexp(z) − Σ p·z
            entropy.narrow(0, start, count).copy_(normaliser.squeeze(1) - logits.mul_(probabilities).sum(1L));
            _kept?.Add(probabilities.DetachFromDisposeScope());
        }
        LogProbs = logProbs.DetachFromDisposeScope();
        Entropies = entropy?.DetachFromDisposeScope();
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
        Tensor hiddenGradient = torch.empty_like(_hidden);
        Tensor scaled = (gradient / _temperature).to(_hidden.dtype).unsqueeze(1);         // (N, 1)
        Tensor? scaledEntropy = entropyGradient is null ? null : (entropyGradient / _temperature).to(_hidden.dtype).unsqueeze(1);
        Tensor? entropies = scaledEntropy is null ? null : Entropies!.to(_hidden.dtype).unsqueeze(1);
        int index = 0;
        foreach ((long start, long count) in Chunks(_hidden.shape[0]))
        {
            using var chunkScope = torch.NewDisposeScope();
            Tensor probabilities = _kept is null ? Softmax(start, count) : _kept[index++];
            Tensor g = scaled.narrow(0, start, count);
            Tensor slope = scaledEntropy is null ? g : LogOf(probabilities)
                .add_(entropies!.narrow(0, start, count)).mul_(scaledEntropy.narrow(0, start, count)).add_(g);
            Tensor logitGradient = probabilities.mul_(slope.neg());                      // −p·(g + e·(ln p + H)), in place
            logitGradient.scatter_add_(1, _targets.narrow(0, start, count).unsqueeze(1), g);
            hiddenGradient.narrow(0, start, count).copy_(logitGradient.matmul(_head));
            headGradient?.addmm_(logitGradient.t(), _hidden.narrow(0, start, count));
        }
        return hiddenGradient.MoveToOuterDisposeScope();
    }

    // ln p; where p has underflowed to 0, p·ln p is 0 for any finite number.
    private static Tensor LogOf(Tensor probabilities) => probabilities.clamp_min(LeastProbability).log_();

    private Tensor Softmax(long start, long count)
    {
        Tensor logits = Logits(start, count);
        return logits.sub_(logits.logsumexp(1, true)).exp_();
    }

    private Tensor Logits(long start, long count)
    {
        Tensor logits = torch.nn.functional.linear(_hidden.narrow(0, start, count), _head);
        return _temperature == 1.0 ? logits : logits.div_(_temperature);
    }

    private static IEnumerable<(long Start, long Count)> Chunks(long n)
    {
        for (long start = 0; start < n; start += ChunkRows)
            yield return (start, Math.Min(ChunkRows, n - start));
    }

    public void Dispose()
    {
        LogProbs.Dispose();
        Entropies?.Dispose();
        _guard?.Dispose();
        foreach (Tensor kept in _kept ?? [])
            kept.Dispose();
    }
}
