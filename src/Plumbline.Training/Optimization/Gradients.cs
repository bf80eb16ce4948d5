using TorchSharp;

namespace Plumbline.Training.Optimization;

/// <summary>Operations on all gradients together.</summary>
public static class Gradients
{
    /// <summary>Sets every gradient to zero.</summary>
    public static void Zero(IReadOnlyList<KeyValuePair<string, Tensor>> parameters)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (KeyValuePair<string, Tensor> parameter in parameters)
            parameter.Value.grad?.zero_();
    }

    /// <summary>Scales all gradients so that their joint Euclidean norm is at most <paramref name="maxNorm"/>; 0 leaves them.</summary>
    /// <returns>The norm before scaling; NaN or infinite when a gradient is, and then nothing is scaled.</returns>
    public static double ClipNorm(IReadOnlyList<KeyValuePair<string, Tensor>> parameters, double maxNorm)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Tensor[] gradients = [.. parameters.Select(p => p.Value.grad).OfType<Tensor>()];
        if (gradients.Length == 0)
            return 0;
        double norm = torch.stack(gradients.Select(g => g.square().sum())).sum().sqrt().ToDouble();
        if (maxNorm > 0 && double.IsFinite(norm) && norm > maxNorm)
            foreach (Tensor gradient in gradients)
                gradient.mul_(maxNorm / (norm + 1e-6));
        return norm;
    }
}
