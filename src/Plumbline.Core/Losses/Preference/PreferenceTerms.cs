using TorchSharp;

namespace Plumbline.Core.Losses.Preference;

/// <summary>The pieces that preference losses share. All have shape (P); log-ratios and scores carry gradient.</summary>
internal sealed record PreferenceTerms
{
    private PreferenceTerms() { }

    internal required PreferenceInputs Inputs { get; init; }

    /// <summary>c = log π(y_w) − log π_ref(y_w).</summary>
    internal required Tensor ChosenLogRatios { get; init; }

    /// <summary>j = log π(y_l) − log π_ref(y_l).</summary>
    internal required Tensor RejectedLogRatios { get; init; }

    /// <summary>s_w, the f-divergence's score of c.</summary>
    internal required Tensor ChosenScores { get; init; }

    /// <summary>s_l, the f-divergence's score of j.</summary>
    internal required Tensor RejectedScores { get; init; }

    /// <summary>Δ = s_w − s_l.</summary>
    internal required Tensor Delta { get; init; }

    /// <summary>s_w/|y_w| − s_l/|y_l|, each completion by its own length (at least 1).</summary>
    internal Tensor DeltaPerToken => ChosenScores / Length(Inputs.ChosenLengths) - RejectedScores / Length(Inputs.RejectedLengths);

    /// <remarks>Opens no dispose scope: the caller's holds every temporary until the loss is made.</remarks>
    internal static PreferenceTerms Of(PreferenceInputs inputs, PreferenceOptions options)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(options);
        options.RequireSound();
        long pairs = Shapes.Vector(inputs.ChosenLogProbs);
        Shapes.RequireFloat(inputs.ChosenLogProbs);
        foreach (Tensor tensor in new[] { inputs.RejectedLogProbs, inputs.ReferenceChosenLogProbs, inputs.ReferenceRejectedLogProbs, inputs.ChosenLengths, inputs.RejectedLengths })
            Shapes.Require(pairs, tensor, nameof(inputs));
        foreach (Tensor optional in new[] { inputs.ChosenLikelihoods, inputs.Weights }.OfType<Tensor>())
            Shapes.Require(pairs, optional, nameof(inputs));
        Tensor chosen = inputs.ChosenLogProbs - inputs.ReferenceChosenLogProbs.detach();
        Tensor rejected = inputs.RejectedLogProbs - inputs.ReferenceRejectedLogProbs.detach();
        Tensor chosenScores = FDivergence.Score(chosen, options), rejectedScores = FDivergence.Score(rejected, options);
        return new PreferenceTerms
        {
            Inputs = inputs,
            ChosenLogRatios = chosen,
            RejectedLogRatios = rejected,
            ChosenScores = chosenScores,
            RejectedScores = rejectedScores,
            Delta = chosenScores - rejectedScores,
        };
    }

    internal Dictionary<string, double> Metrics(double beta)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Tensor chosen = beta * ChosenLogRatios, rejected = beta * RejectedLogRatios;
        return new Dictionary<string, double>
        {
            ["rewards/chosen"] = chosen.mean().ToDouble(),
            ["rewards/rejected"] = rejected.mean().ToDouble(),
            ["rewards/accuracies"] = chosen.gt(rejected).to(torch.ScalarType.Float64).mean().ToDouble(),
            ["rewards/margins"] = (chosen - rejected).mean().ToDouble(),
            ["logps/chosen"] = Inputs.ChosenLogProbs.mean().ToDouble(),
            ["logps/rejected"] = Inputs.RejectedLogProbs.mean().ToDouble(),
        };
    }

    private Tensor Length(Tensor tokens) => tokens.detach().to(ChosenScores.dtype).clamp_min(1.0);
}
