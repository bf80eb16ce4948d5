namespace Plumbline.Core.Losses.Preference;

/// <summary>The divergence that holds the policy near its reference (TRL's <c>f_divergence_type</c>).</summary>
public enum FDivergenceType
{
    /// <summary>KL(policy ‖ reference): the divergence of DPO itself.</summary>
    ReverseKl,

    /// <summary>KL(reference ‖ policy).</summary>
    ForwardKl,

    /// <summary>Jensen and Shannon's.</summary>
    JsDivergence,

    /// <summary>The α-divergence, with α from <see cref="PreferenceOptions.FAlphaDivergenceCoef"/>.</summary>
    AlphaDivergence,
}
