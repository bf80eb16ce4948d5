namespace Plumbline.Core.Losses.Preference;

/// <summary>A preference loss: the cost of each pair, not yet averaged.</summary>
/// <param name="terms">Log-ratios and scores, (P).</param>
/// <param name="options">β and whatever else the formula holds.</param>
/// <returns>(P), with gradient, in the caller's dispose scope.</returns>
internal delegate Tensor PreferenceLoss(PreferenceTerms terms, PreferenceOptions options);
