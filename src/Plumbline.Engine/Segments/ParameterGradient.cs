using TorchSharp;

namespace Plumbline.Engine.Segments;

/// <summary>The gradient that lies on a parameter, to be added to in place.</summary>
internal static class ParameterGradient
{
    /// <summary>It, or fresh zeros laid there; in the caller's dispose scope or beyond.</summary>
    public static Tensor Of(Tensor parameter)
    {
        if (parameter.grad is { } existing)
            return existing;
        using var noGradient = torch.no_grad();
        Tensor fresh = torch.zeros_like(parameter);
        parameter.grad = fresh;
        return fresh;
    }
}
