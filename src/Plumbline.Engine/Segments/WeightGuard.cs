using System.Runtime.InteropServices;
using TorchSharp;

namespace Plumbline.Engine.Segments;

/// <summary>Notices weights that changed after a forward pass whose way back reads them again.</summary>
/// <remarks>
/// Autograd refuses to use a saved tensor that was written to, but only where it saved one. So one number of each weight is saved by a product,
/// which goes backward for that check alone. Owns its tensors.
/// </remarks>
internal sealed class WeightGuard : IDisposable
{
    private readonly Tensor _one, _sum;

    public WeightGuard(IEnumerable<Tensor> weights)
    {
        using var gradients = torch.enable_grad();
        using var scope = torch.NewDisposeScope();
        Tensor[] firsts = [.. weights.Select(First)];
        _one = torch.ones(1, dtype: firsts[0].dtype, device: firsts[0].device, requires_grad: true).DetachFromDisposeScope();
        Tensor sum = torch.zeros_like(_one);
        foreach (Tensor first in firsts)
            sum = sum + _one * first;
        _sum = sum.DetachFromDisposeScope();
    }

    /// <summary>Does nothing where the weights are as they were. Once only.</summary>
    /// <exception cref="InvalidOperationException">They are not.</exception>
    public void Check()
    {
        try
        {
            _sum.backward();
        }
        catch (ExternalException e) when (e.Message.Contains("modified by an inplace operation", StringComparison.Ordinal))
        {
            throw new InvalidOperationException(
                "The weights were changed between the forward pass and its backward pass, whose gradient would be of neither the old weights nor the new. Go backward first, then update.", e);
        }
    }

    // A view shares the count of writes with its weight.
    private static Tensor First(Tensor weight)
    {
        Tensor first = weight.detach();
        while (first.dim() > 0)
            first = first.select(0, 0);
        return first;
    }

    public void Dispose()
    {
        _one.Dispose();
        _sum.Dispose();
    }
}
