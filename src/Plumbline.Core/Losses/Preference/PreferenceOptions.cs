namespace Plumbline.Core.Losses.Preference;

/// <summary>Settings of the preference losses, with TRL's names and defaults. A loss reads those that its formula holds.</summary>
public sealed record PreferenceOptions
{
    /// <summary>The losses that are added up, by name; see <see cref="PreferenceLosses.Names"/>.</summary>
    public IReadOnlyList<string> LossTypes { get; init; } = ["sigmoid"];

    /// <summary>One weight per loss; empty = 1 each.</summary>
    public IReadOnlyList<double> LossWeights { get; init; } = [];

    /// <summary>β, how strongly the policy is held to its reference; dimensionless (a reward per nat), above 0. In ipo it is the paper's τ.</summary>
    public double Beta { get; init; } = 0.1;

    /// <summary>ε, the share of pairs whose preference is thought to be flipped, in [0, 0.5). Read by robust, exo_pair, aot and aot_unpaired; not by sigmoid, as in TRL.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>The divergence to the reference.</summary>
    public FDivergenceType FDivergenceType { get; init; } = FDivergenceType.ReverseKl;

    /// <summary>α of the α-divergence; dimensionless.</summary>
    public double FAlphaDivergenceCoef { get; init; } = 0.5;

    /// <summary>τ of discopop's modulation, above 0.</summary>
    public double DiscopopTau { get; init; } = 0.05;

    /// <summary>The whole step's size; null = this call is the step.</summary>
    public PreferenceTotals? Totals { get; init; }

    /// <summary>The weight in force of the loss at an index of <see cref="LossTypes"/>.</summary>
    internal double WeightOf(int index) => LossWeights.Count == 0 ? 1 : LossWeights[index];

    /// <summary>Every fault of these settings, in words for the person who wrote them.</summary>
    /// <param name="path">Where they stand, such as <c>dpo</c>.</param>
    public IEnumerable<string> Faults(string path)
    {
        if (LossTypes.Count == 0)
            yield return $"{path}.loss_type is empty, but there must be a loss. A usual one is [sigmoid].";
        foreach (string stranger in LossTypes.Where(name => !PreferenceLosses.Names.Contains(name)))
            yield return $"{path}.loss_type names '{stranger}', but the losses are {string.Join(", ", PreferenceLosses.Names)}. Choose among them.";
        if (LossWeights.Count > 0 && LossWeights.Count != LossTypes.Count)
            yield return $"{path}.loss_weights has {LossWeights.Count} numbers, but loss_type names {LossTypes.Count} losses. Give one weight to each, or none.";
        if (LossWeights.Any(weight => !double.IsFinite(weight)))
            yield return $"{path}.loss_weights is [{string.Join(", ", LossWeights)}], but a weight must be a finite number.";
        if (Beta is not (> 0 and < double.PositiveInfinity))
            yield return $"{path}.beta is {Beta}, but without a pull to the reference every pair could be driven apart for ever: it must be a number above 0. A usual value is 0.1.";
        if (LabelSmoothing is not (>= 0 and < 0.5))
            yield return $"{path}.label_smoothing is {LabelSmoothing}, but if half the preferences are flipped there is nothing to learn: it must be at least 0 and below 0.5.";
        if (LabelSmoothing == 0 && LossTypes.Contains("exo_pair"))
            yield return $"{path}.label_smoothing is 0, but exo_pair takes its logarithm. Set it above 0, such as 0.001, or choose another loss.";
        if (!double.IsFinite(FAlphaDivergenceCoef))
            yield return $"{path}.f_alpha_divergence_coef is {FAlphaDivergenceCoef}, but must be a finite number. A usual value is 0.5.";
        if (DiscopopTau is not (> 0 and < double.PositiveInfinity))
            yield return $"{path}.discopop_tau is {DiscopopTau}, but it divides, so it must be a number above 0. The paper takes 0.05.";
    }

    internal void RequireSound()
    {
        if (Faults("options").FirstOrDefault() is { } fault)
            throw new ArgumentException(fault);
    }
}
