using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Tokens;

namespace Plumbline.Cli.Verbs;

/// <summary>What export and merge share: an adapter merged into its base, and a folder written.</summary>
internal static class ModelExport
{
    /// <exception cref="UsageException">The folder's model scores.</exception>
    public static CheckpointFolder OpenLanguageModel(string source)
    {
        CheckpointFolder folder = CheckpointFolder.Open(source);
        if (!folder.Config.IsSequenceClassification)
            return folder;
        folder.Dispose();
        throw new UsageException($"{source} is a {folder.Config.Architecture}: it scores, it does not write. Name a ...ForCausalLM folder.");
    }

    /// <exception cref="UsageException">A folder would be written over the one that is read.</exception>
    public static void RequireOtherFolder(string path, string source)
    {
        if (Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(source)))
            throw new UsageException("--out is the model's own folder. Name another one.");
    }

    /// <summary>The model in the type that its folder has, packed weights unpacked; owned by the caller.</summary>
    public static DecoderModel Whole(CheckpointFolder folder)
    {
        DecoderModel model = DecoderModel.Load(folder, ModelPrecision.Stored(folder));
        model.RequireGradients(false);
        model.Unpack();
        return model;
    }

    /// <summary>The same with the adapter's change added to its weights.</summary>
    public static DecoderModel Merged(CheckpointFolder folder, string adapterDirectory)
    {
        DecoderModel model = Whole(folder);
        using LoraAdapter adapter = LoraAdapter.Load(model, adapterDirectory);
        adapter.MergeInto(model);
        return model;
    }

    /// <summary>Writes a Hugging Face folder with its tokenizer.</summary>
    /// <param name="path">The folder; made if it is missing.</param>
    /// <param name="folder">The base.</param>
    /// <param name="model">The weights.</param>
    /// <param name="tokenizer">The base's tokenizer.</param>
    /// <param name="dtype">How weights are stored; null as the base's.</param>
    public static void WriteFolder(string path, CheckpointFolder folder, DecoderModel model, Tokenizer tokenizer, string? dtype)
    {
        Directory.CreateDirectory(path);
        CheckpointFolder.WriteModel(path, folder.Config with { DType = dtype ?? folder.Config.DType }, model.NamedParameters(), folder.RawConfig);
        tokenizer.Save(path);
    }

    public static long Bytes(string directory) => Directory.EnumerateFiles(directory).Sum(file => new FileInfo(file).Length);
}
