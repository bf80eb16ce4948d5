namespace Plumbline.Core.Losses.Preference;

/// <summary>The preference losses by the name that recipes use (TRL's <c>loss_type</c>). A new loss is a new file and a line here.</summary>
public static class PreferenceLosses
{
    private static readonly SortedDictionary<string, PreferenceLoss> ByName = new(StringComparer.Ordinal)
    {
        ["sigmoid"] = SigmoidLoss.PerPair,
        ["hinge"] = HingeLoss.PerPair,
        ["ipo"] = IpoLoss.PerPair,
        ["exo_pair"] = ExoPairLoss.PerPair,
        ["nca_pair"] = NcaPairLoss.PerPair,
        ["robust"] = RobustLoss.PerPair,
        ["bco_pair"] = BcoPairLoss.PerPair,
        ["sppo_hard"] = SppoHardLoss.PerPair,
        ["aot"] = AotLoss.PerPair,
        ["aot_unpaired"] = AotUnpairedLoss.PerPair,
        ["apo_zero"] = ApoZeroLoss.PerPair,
        ["apo_down"] = ApoDownLoss.PerPair,
        ["discopop"] = DiscopopLoss.PerPair,
        ["sft"] = SftLoss.PerPair,
        ["sigmoid_norm"] = SigmoidNormLoss.PerPair,
    };

    private static readonly string[] Sorting = ["aot", "aot_unpaired"];

    /// <summary>All names, in alphabetical order.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>Whether a loss compares the pairs of a batch with each other, so that it must see a step's pairs in one call.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="weighted">Whether pairs have weights of their own; then <c>sft</c>, whose mean is over the batch's tokens, is among them.</param>
    public static bool CouplesPairs(string name, bool weighted) => Sorting.Contains(name) || (weighted && name == "sft");

    /// <summary>Adds up the losses of the options, each a mean over pairs.</summary>
    /// <remarks>Σ_type weight · Σ_i w_i·cost_i / P. A pure function, differentiable in the policy's log-probabilities.</remarks>
    /// <param name="inputs">Log-probabilities of one micro-batch.</param>
    /// <param name="options">Which losses, and their settings.</param>
    /// <returns>The loss with its metrics, owned by the caller.</returns>
    /// <exception cref="ShapeException">A tensor has not the shape that <see cref="PreferenceInputs"/> gives.</exception>
    /// <exception cref="ArgumentException">An option is out of range, or a loss is unknown.</exception>
    public static PreferenceOutput Compute(PreferenceInputs inputs, PreferenceOptions options)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        PreferenceTerms terms = PreferenceTerms.Of(inputs, options);
        long pairs = inputs.ChosenLogProbs.shape[0];
        double divisor = options.Totals?.Pairs ?? pairs;
        Tensor? loss = null;
        for (int i = 0; i < options.LossTypes.Count; i++)
        {
            Tensor cost = ByName[options.LossTypes[i]](terms, options);                                     // (P)
            Tensor weighted = inputs.Weights is { } weights ? cost * weights.detach() : cost;
            Tensor part = weighted.sum() * (options.WeightOf(i) / divisor);
            loss = loss is null ? part : loss + part;
        }
        return new PreferenceOutput(loss!.MoveToOuterDisposeScope(), terms.Metrics(options.Beta), pairs);
    }
}
