using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using TorchSharp;

namespace Plumbline.Models.Adapters;

/// <summary>A model's weights, an adapter merged into them: each is made when it is asked for, so that one at a time takes memory beside the files.</summary>
/// <remarks>Weights in few bits are widened. These, and merged ones, are computed in float32 and rounded once, to the type that they are written in.</remarks>
public sealed class MergedWeights : IDisposable
{
    private readonly CheckpointFolder _folder;
    private readonly DecoderModel _model;
    private readonly LoraAdapter? _adapter;
    private readonly Dictionary<string, PendingTensor> _weights;

    private MergedWeights(CheckpointFolder folder, DecoderModel model, LoraAdapter? adapter)
    {
        (_folder, _model, _adapter) = (folder, model, adapter);
        Linear[] matrices = [.. model.Matrices()];
        HashSet<string> parts = [.. matrices.SelectMany(m => m.NamedParameters()).Select(p => p.Key)];
        _weights = model.NamedParameters().Where(p => !parts.Contains(p.Key)).Select(PendingTensor.Of)
            .Concat(matrices.Select(Weight)).Concat(matrices.Where(m => m.Bias is not null).Select(m => PendingTensor.Of(new(m.Name + ".bias", m.Bias!))))
            .ToDictionary(w => w.Name);
    }

    /// <summary>Opens a model's weights, mapped into memory where they are whole.</summary>
    /// <param name="folder">The base, which must stay open.</param>
    /// <param name="adapter">A PEFT folder; null for the base alone.</param>
    /// <exception cref="CheckpointException">The adapter does not fit the base.</exception>
    public static MergedWeights Open(CheckpointFolder folder, string? adapter)
    {
        DecoderModel model = DecoderModel.Load(folder, ModelPrecision.Stored(folder));
        try
        {
            return new MergedWeights(folder, model, adapter is null ? null : LoraAdapter.Load(model, adapter));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>One weight, owned by the caller.</summary>
    /// <param name="name">Its name in checkpoints.</param>
    public Tensor Read(string name)
    {
        using var scope = torch.NewDisposeScope();
        return _weights[name].Make().alias().MoveToOuterDisposeScope();
    }

    /// <summary>Writes a Hugging Face folder, all but the tokenizer.</summary>
    /// <param name="directory">The folder; made if it is missing.</param>
    /// <param name="dtype">The type to store weights in, as config.json spells it; null for the base's.</param>
    public void Write(string directory, string? dtype) => Write(directory, dtype, CheckpointFolderWriter.MaxShardBytes);

    internal void Write(string directory, string? dtype, long maxShardBytes) =>
        CheckpointFolderWriter.Write(directory, _folder.Config with { DType = dtype ?? _folder.Config.DType }, _weights.Values, _folder.RawConfig, maxShardBytes);

    /// <inheritdoc/>
    public void Dispose()
    {
        _adapter?.Dispose();
        _model.Dispose();
    }

    private PendingTensor Weight(Linear matrix) => new(matrix.Name + ".weight", [matrix.Outputs, matrix.Inputs], _model.Precision.Computed, () =>
        _adapter?.For(matrix.Name) is { } pair ? pair.Merged(matrix.Whole(pair.A.dtype)) : matrix.Packed is null ? matrix.Weight : matrix.Whole(torch.ScalarType.Float32));
}
