using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>Several projections of one input: a module each, or one module whose outputs lie behind each other, as the checkpoint has it.</summary>
/// <remarks>Owns its modules.</remarks>
internal sealed class ProjectionGroup : IDisposable
{
    private readonly long[] _outputs;

    private ProjectionGroup(Linear[] modules, long[] outputs) => (Modules, _outputs) = (modules, outputs);

    /// <summary>The modules, in the checkpoint's order.</summary>
    public IReadOnlyList<Linear> Modules { get; }

    /// <summary>A module each.</summary>
    public static ProjectionGroup Apart(params Linear[] modules) => new(modules, [.. modules.Select(m => m.Outputs)]);

    /// <summary>One module, and the outputs of each projection.</summary>
    public static ProjectionGroup Together(Linear module, params long[] outputs) => new([module], outputs);

    /// <summary>(..., in) to (..., out) each, from the projection <paramref name="first"/> on.</summary>
    /// <param name="x">The input.</param>
    /// <param name="merge">As <see cref="Projections.Forward"/> takes it.</param>
    /// <param name="first">How many are not wanted.</param>
    public Tensor[] Forward(Tensor x, bool merge, int first = 0) => Modules.Count == 1
        ? Projections.Forward(x, merge, Modules[0])[0].split(_outputs, -1)[first..]
        : Projections.Forward(x, merge, [.. Modules.Skip(first)]);

    /// <summary>Where a projection's weight lies: its module, the first of its rows there, and how many they are.</summary>
    public (Linear Module, long First, long Count) Rows(int projection) => Modules.Count == 1
        ? (Modules[0], _outputs[..projection].Sum(), _outputs[projection])
        : (Modules[projection], 0, _outputs[projection]);

    public void Dispose()
    {
        foreach (Linear module in Modules)
            module.Dispose();
    }
}
