using Plumbline.Models.Checkpoints;
using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>The functions between the two products of a feed-forward, by the names that checkpoints give them.</summary>
internal static class Activation
{
    // Two spellings of SiLU, and of the tanh approximation of GELU.
    private static readonly Dictionary<string, Func<Tensor, Tensor>> Known = new(StringComparer.Ordinal)
    {
        ["silu"] = x => torch.nn.functional.silu(x),
        ["swish"] = x => torch.nn.functional.silu(x),
        ["gelu"] = x => torch.nn.functional.gelu(x),
        ["gelu_pytorch_tanh"] = GeluTanh,
        ["gelu_new"] = GeluTanh,
    };

    /// <summary>The names.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>The function of a name, one of <see cref="Names"/>.</summary>
    public static Func<Tensor, Tensor> Of(string name) => Known.TryGetValue(name, out Func<Tensor, Tensor>? function)
        ? function
        : throw new CheckpointException($"The activation '{name}' is not supported. Supported are {string.Join(", ", Names)}.");

    // x/2 · (1 + tanh(√(2/π)·(x + 0.044715·x³))). Source: Hendrycks and Gimpel 2016, arXiv:1606.08415, section 2.
    private static Tensor GeluTanh(Tensor x) => 0.5 * x * (1.0 + (Math.Sqrt(2.0 / Math.PI) * (x + 0.044715 * x * x * x)).tanh());
}
