using Plumbline.Models.Hub;
using TorchSharp;

namespace Plumbline.Models.Checkpoints;

/// <summary>A LoRA adapter as PEFT lays it out: adapter_config.json and adapter_model.safetensors.</summary>
/// <remarks>Tensors keep PEFT's names, such as <c>base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight</c>: A is (r, in), B is (out, r).</remarks>
public sealed class AdapterFolder : IDisposable
{
    private const string WeightsName = "adapter_model.safetensors", Prefix = "base_model.model.";

    private readonly SafetensorsFile _file;

    private AdapterFolder(string directory, AdapterConfig config, SafetensorsFile file)
    {
        Directory = directory;
        Config = config;
        _file = file;
    }

    /// <summary>The folder, as it was named to <see cref="Open"/>; the snapshot's, where a hub name was.</summary>
    public string Directory { get; }

    /// <summary>The adapter's configuration.</summary>
    public AdapterConfig Config { get; }

    /// <summary>Names of all tensors, in the order of their bytes.</summary>
    public IEnumerable<string> Names => _file.Entries.Keys.Order(StringComparer.Ordinal);

    /// <summary>Opens an adapter folder, or the snapshot of a hub name, and holds the ranks of its tensors against its configuration.</summary>
    /// <exception cref="CheckpointException">The folder is absent or no adapter, uses what is not supported, or a file is damaged.</exception>
    public static AdapterFolder Open(string directory)
    {
        directory = ModelFolder.Resolve(directory);
        RequireAdapter(directory);
        AdapterConfig config = AdapterConfigFile.Read(Path.Combine(directory, AdapterConfig.FileName));
        SafetensorsFile file = SafetensorsFile.Open(Path.Combine(directory, WeightsName));
        try
        {
            RequireRanks(config, file);
            return new AdapterFolder(directory, config, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes a folder that <see cref="Open"/> and PEFT load. Both files appear at the end, or neither.</summary>
    /// <param name="directory">The folder; made if it is missing.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="tensors">PEFT's names and the weights, stored in their own types; not disposed.</param>
    /// <exception cref="CheckpointException">The disk is full or the folder cannot be written: old files stay as they were.</exception>
    public static void Write(string directory, AdapterConfig config, IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        using var staged = new StagedFiles();
        SafetensorsWriter.Stage(staged, Path.Combine(directory, WeightsName), [.. tensors.Select(PendingTensor.Of)]);
        JsonFile.Stage(staged, Path.Combine(directory, AdapterConfig.FileName), AdapterConfigFile.Write(config));
        staged.Commit();
    }

    /// <summary>Whether there is a tensor of that name.</summary>
    public bool Contains(string name) => _file.Entries.ContainsKey(name);

    /// <summary>Copies one tensor out of the file.</summary>
    /// <param name="name">Its name, one of <see cref="Names"/>.</param>
    /// <param name="dtype">The type to convert it to; null keeps the stored one.</param>
    /// <returns>A tensor on the CPU, owned by the caller.</returns>
    /// <exception cref="CheckpointException">The adapter holds no tensor of that name.</exception>
    public Tensor Read(string name, torch.ScalarType? dtype = null) => _file.Read(name, dtype);

    /// <summary>Closes the file. Tensors read from it stay valid.</summary>
    public void Dispose() => _file.Dispose();

    private static void RequireRanks(AdapterConfig config, SafetensorsFile file)
    {
        const string A = ".lora_A.weight", B = ".lora_B.weight";
        foreach (SafetensorsEntry entry in file.Entries.Values)
        {
            int dimension = entry.Name.EndsWith(A, StringComparison.Ordinal) ? 0 : entry.Name.EndsWith(B, StringComparison.Ordinal) ? 1 : -1;
            if (dimension < 0)
                continue;
            string module = entry.Name[(entry.Name.StartsWith(Prefix, StringComparison.Ordinal) ? Prefix.Length : 0)..^A.Length];
            int rank = config.RankOf(module);
            if (entry.Shape.Count != 2 || entry.Shape[dimension] != rank)
                throw new CheckpointException(
                    $"{file.Path}: tensor '{entry.Name}' has shape [{string.Join(", ", entry.Shape)}], but {AdapterConfig.FileName} gives that layer the rank {rank}. The two files are not of one save.");
        }
    }

    private static void RequireAdapter(string directory)
    {
        if (File.Exists(directory))
            throw new CheckpointException($"{directory} is a file, but an adapter is a folder. Give the folder that holds {AdapterConfig.FileName}.");
        if (!System.IO.Directory.Exists(directory))
            throw new CheckpointException($"{directory}: there is no such folder.");
        bool Has(string name) => File.Exists(Path.Combine(directory, name));

        if (Has(AdapterConfig.FileName) && Has(WeightsName))
            return;
        if (!Has(AdapterConfig.FileName) && Has(ModelConfigFile.Name))
            throw new CheckpointException($"{directory} is a whole model ({ModelConfigFile.Name}), not a PEFT adapter. Pass it with --model.");
        if (Has(AdapterConfig.FileName) && Has("adapter_model.bin"))
            throw new CheckpointException($"{directory} has its weights in adapter_model.bin only, which can run code when it is read and is not supported. Load it in PEFT and save it again with save_pretrained(folder).");
        throw new CheckpointException($"{directory} is no adapter: {(Has(AdapterConfig.FileName) ? WeightsName : AdapterConfig.FileName)} is missing. A PEFT adapter has {AdapterConfig.FileName} and {WeightsName}.");
    }
}
