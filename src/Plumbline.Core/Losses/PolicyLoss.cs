namespace Plumbline.Core.Losses;

/// <summary>A policy loss: a pure function, differentiable in <see cref="PolicyLossInputs.LogProbs"/>, and in <see cref="PolicyLossInputs.Entropies"/> with an entropy bonus.</summary>
/// <param name="inputs">Log-probabilities, advantages and masks of one micro-batch.</param>
/// <param name="options">Clip, penalty and divisor.</param>
/// <returns>The loss with its metrics, owned by the caller.</returns>
/// <exception cref="ShapeException">A tensor has not the shape that <see cref="PolicyLossInputs"/> gives.</exception>
/// <exception cref="ArgumentException">An option is out of range, or one that this loss needs is missing.</exception>
public delegate PolicyLossOutput PolicyLoss(PolicyLossInputs inputs, PolicyLossOptions options);
