namespace Plumbline.Core.Losses;

/// <summary>How a regression head's output is compared with a label, and how it is read as a prediction. Both functions are elementwise.</summary>
/// <param name="Name">The word in recipes.</param>
/// <param name="Error">(outputs, labels) → error per element, not reduced, with gradient to the outputs; shapes alike.</param>
/// <param name="Predict">Output → prediction in the label's unit; the caller owns the result.</param>
public sealed record RegressionKind(string Name, Func<Tensor, Tensor, Tensor> Error, Func<Tensor, Tensor> Predict);
