using Plumbline.Models.Checkpoints;
using Plumbline.Models.Checkpoints.Families;
using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>Σ_e p_e(x)·expert_e(x) over the experts that the router finds likeliest, plus σ(g(x))·shared(x) where there is one that all tokens visit.</summary>
/// <remarks>
/// p is the softmax of the router over all experts, at will divided by the sum over those visited. Gradient flows through p, not through the choice.
/// Adapters attach to the shared expert and its gate only. Source: Shazeer et al. 2017, arXiv:1701.06538; Fedus et al. 2021, arXiv:2101.03961, section 2.
/// </remarks>
internal sealed class MixtureFeedForward : IFeedForward
{
    private readonly MixtureConfig _config;
    private readonly Linear _router;
    private readonly FeedForward[] _experts;
    private readonly FeedForward? _shared;
    private readonly Linear? _sharedGate;

    public MixtureFeedForward(ModelConfig config, string prefix, WeightSource weights)
    {
        ModuleNames names = ModuleNames.Of(config);
        _config = config.Variant.Mixture!;
        _router = weights.Linear(prefix + names.Router, _config.NumExperts, config.HiddenSize, bias: false);
        _experts = [.. Enumerable.Range(0, _config.NumExperts).Select(e => new FeedForward(config, $"{prefix}{names.Experts}{e}.", _config.MoeIntermediateSize, weights))];
        if (_config.SharedExpertIntermediateSize > 0)
        {
            _shared = new FeedForward(config, prefix + names.SharedExpert, _config.SharedExpertIntermediateSize, weights);
            _sharedGate = weights.Linear(prefix + names.SharedExpertGate, 1, config.HiddenSize, bias: false);
        }
    }

    /// <inheritdoc/>
    public bool Fused
    {
        get => _experts[0].Fused;
        set
        {
            foreach (FeedForward part in Parts())
                part.Fused = value;
        }
    }

    /// <inheritdoc/>
    public IEnumerable<Linear> Projections() => _shared is null ? [] : [.. _shared.Projections(), _sharedGate!];

    /// <inheritdoc/>
    public IEnumerable<Linear> Matrices() => [_router, .. Parts().SelectMany(p => p.Projections()), .. _sharedGate is null ? [] : new[] { _sharedGate }];

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, Tensor>> NamedParameters() =>
        Matrices().SelectMany(p => p.NamedParameters());

    /// <inheritdoc/>
    public Tensor Forward(Tensor x, DecoderPass pass)
    {
        Tensor rows = x.reshape(1, -1, x.shape[^1]);                                          // (1, N, width)
        (Tensor weights, long[] chosen) = Route(rows.squeeze(0));                             // (N·k) each
        Tensor mixed = torch.zeros_like(rows.squeeze(0));
        foreach (IGrouping<long, int> visits in Enumerable.Range(0, chosen.Length).GroupBy(slot => chosen[slot]).OrderBy(g => g.Key))
        {
            Tensor slots = torch.tensor(visits.Select(slot => (long)slot).ToArray(), device: x.device);
            Tensor tokens = slots.div(_config.NumExpertsPerTok, torch.RoundingMode.floor);
            Tensor share = weights.index_select(0, slots).unsqueeze(1);                       // (visits, 1)
            Tensor output = _experts[visits.Key].Forward(rows.index_select(1, tokens), pass).squeeze(0);
            mixed = mixed.index_add(0, tokens, output * share, 1);
        }
        if (_shared is not null)
            mixed = mixed + torch.sigmoid(_sharedGate!.Forward(rows)).squeeze(0) * _shared.Forward(rows, pass).squeeze(0);
        return mixed.view(x.shape);
    }

    // The weight of each visit and the expert it goes to, token by token, the likeliest first.
    private (Tensor Weights, long[] Experts) Route(Tensor rows)
    {
        Tensor scores = _router.Forward(rows);
        torch.ScalarType wide = scores.dtype == torch.ScalarType.Float64 ? scores.dtype : torch.ScalarType.Float32;
        (Tensor weights, Tensor chosen) = torch.nn.functional.softmax(scores.to(wide), -1).topk(_config.NumExpertsPerTok, -1);
        if (_config.NormTopkProb)
            weights = weights / weights.sum(-1L, keepdim: true);
        return (weights.to(rows.dtype).reshape(-1), chosen.reshape(-1).cpu().data<long>().ToArray());
    }

    private IEnumerable<FeedForward> Parts() => _shared is null ? _experts : _experts.Append(_shared);

    public void Dispose()
    {
        _router.Dispose();
        foreach (FeedForward part in Parts())
            part.Dispose();
        _sharedGate?.Dispose();
    }
}
