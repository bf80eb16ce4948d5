using TorchSharp;

namespace Plumbline.Training.Optimization;

/// <summary>A running mean that an optimiser keeps of one parameter's gradients.</summary>
/// <remarks>One thread. Owns its tensors.</remarks>
internal abstract class Moment : IDisposable
{
    /// <summary>The values, float32, to be changed in place; in the caller's dispose scope, or the moment's own memory.</summary>
    public abstract Tensor Take();

    /// <summary>Keeps what <see cref="Take"/> gave and the caller has changed.</summary>
    public abstract void Keep(Tensor values);

    /// <summary>What a checkpoint holds of it, behind its name.</summary>
    public abstract IEnumerable<KeyValuePair<string, Tensor>> State { get; }

    public void Dispose()
    {
        foreach (KeyValuePair<string, Tensor> part in State)
            part.Value.Dispose();
    }
}
