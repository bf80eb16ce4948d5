using Plumbline.Models.Checkpoints;

namespace Plumbline.Cli.Verbs;

/// <summary>What export and merge share.</summary>
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

    /// <exception cref="UsageException">A folder would be written over the one that is read, over a file, or among files that are no model's.</exception>
    public static void RequireOtherFolder(string path, string source)
    {
        if (Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(source)))
            throw new UsageException("--out is the model's own folder. Name another one.");
        if (File.Exists(path))
            throw new UsageException($"--out is {path}, which is a file. Name a folder.");
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any() && !File.Exists(Path.Combine(path, ModelConfigFile.Name)))
            throw new UsageException($"--out is {path}, which holds other files, and a model would be mixed with them. Name a new folder, or that of a model to be replaced.");
    }

    public static long Bytes(string directory) => Directory.EnumerateFiles(directory).Sum(file => new FileInfo(file).Length);
}
