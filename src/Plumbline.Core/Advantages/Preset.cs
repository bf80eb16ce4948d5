using Plumbline.Core.Divergences;

namespace Plumbline.Core.Advantages;

/// <summary>What another implementation does where implementations differ.</summary>
/// <param name="Advantages">Baseline, divisor and last step.</param>
/// <param name="KlClamp">Bounds of the k3 estimate.</param>
public sealed record Preset(GroupAdvantageOptions Advantages, K3Clamp KlClamp);
