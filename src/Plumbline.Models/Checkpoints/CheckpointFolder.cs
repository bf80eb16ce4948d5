using System.Text.Json.Nodes;
using Plumbline.Models.Hub;
using Plumbline.Models.Quantization;
using TorchSharp;

namespace Plumbline.Models.Checkpoints;

/// <summary>A model folder as Hugging Face lays it out: config.json and the weights in safetensors files, one or several.</summary>
/// <remarks>Opening reads no weights, only every header; reading is safe from several threads.</remarks>
public sealed class CheckpointFolder : IDisposable
{
    internal const string WeightsName = "model.safetensors", IndexName = "model.safetensors.index.json";

    private readonly Dictionary<string, SafetensorsFile> _files;
    private readonly Dictionary<string, SafetensorsFile> _tensors;

    private CheckpointFolder(string directory, JsonObject rawConfig, ModelConfig config, Dictionary<string, SafetensorsFile> files, Dictionary<string, SafetensorsFile> tensors)
    {
        Directory = directory;
        RawConfig = rawConfig;
        Config = config;
        _files = files;
        _tensors = tensors;
    }

    /// <summary>The folder, as it was named to <see cref="Open"/>; the snapshot's, where a hub name was.</summary>
    public string Directory { get; }

    /// <summary>The model's shape.</summary>
    public ModelConfig Config { get; }

    /// <summary>config.json as it stands, unknown keys included.</summary>
    public JsonObject RawConfig { get; }

    /// <summary>Names of all tensors, in the order of their bytes.</summary>
    public IEnumerable<string> Names => _tensors.Keys.Order(StringComparer.Ordinal);

    /// <summary>Whether weights are stored in few bits, as <c>plumbline quantize</c> and bitsandbytes store them.</summary>
    public bool IsQuantized => _tensors.Keys.Any(PackedWeights.Tells);

    /// <summary>Opens a model folder; a hub name stands for the snapshot that was pulled of it.</summary>
    /// <exception cref="CheckpointException">
    /// The folder is absent or no model (an adapter, weights in another format, nothing at all), its configuration is not
    /// supported, a shard is missing, or a file is damaged.
    /// </exception>
    public static CheckpointFolder Open(string directory)
    {
        directory = ModelFolder.Resolve(directory);
        RequireModel(directory);
        string configPath = Path.Combine(directory, ModelConfigFile.Name), generation = Path.Combine(directory, ModelConfigFile.GenerationName);
        JsonObject raw = JsonFile.Read(configPath);
        ModelConfig config = ModelConfigFile.Read(configPath, raw, File.Exists(generation) ? JsonFile.Read(generation) : null);
        var files = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        try
        {
            return new CheckpointFolder(directory, raw, config, files, OpenWeights(directory, files));
        }
        catch
        {
            foreach (SafetensorsFile file in files.Values)
                file.Dispose();
            throw;
        }
    }

    /// <summary>Writes a folder that <see cref="Open"/> and transformers load.</summary>
    /// <remarks>
    /// Floating-point tensors are stored as <see cref="ModelConfig.DType"/> says. Weights over 5 GB are split into shards with an
    /// index. All files are written beside their places and renamed at the end; weights of an earlier save that would be read
    /// in their stead are then removed.
    /// </remarks>
    /// <param name="directory">The folder; made if it is missing.</param>
    /// <param name="config">The shape.</param>
    /// <param name="tensors">Names, as transformers spells them, and weights; not disposed.</param>
    /// <param name="rawConfig">An earlier config.json whose unknown keys are kept; null for none.</param>
    /// <exception cref="CheckpointException">The disk is full or the folder cannot be written: old files stay as they were.</exception>
    public static void WriteModel(string directory, ModelConfig config, IEnumerable<KeyValuePair<string, Tensor>> tensors, JsonObject? rawConfig = null) =>
        CheckpointFolderWriter.Write(directory, config, tensors.Select(PendingTensor.Of), rawConfig);

    /// <summary>Whether there is a tensor of that name.</summary>
    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <summary>Where a tensor lies, with its type and shape, without reading it.</summary>
    /// <exception cref="CheckpointException">The folder holds no tensor of that name.</exception>
    public SafetensorsEntry Entry(string name)
    {
        string stored = Stored(name);
        return FileOf(stored).Entries[stored];
    }

    /// <summary>Copies one tensor out of its file.</summary>
    /// <param name="name">Its name, one of <see cref="Names"/>.</param>
    /// <param name="dtype">The type to convert it to; null keeps the stored one.</param>
    /// <returns>A tensor on the CPU, owned by the caller.</returns>
    /// <exception cref="CheckpointException">The folder holds no tensor of that name.</exception>
    public Tensor Read(string name, torch.ScalarType? dtype = null)
    {
        string stored = Stored(name);
        return FileOf(stored).Read(stored, dtype);
    }

    /// <inheritdoc cref="SafetensorsFile.ReadInto"/>
    internal void ReadInto(string name, Tensor target)
    {
        string stored = Stored(name);
        FileOf(stored).ReadInto(stored, target);
    }

    /// <summary>One tensor in its file's own memory: only what is read of it takes room, and no more than once.</summary>
    /// <param name="name">Its name, one of <see cref="Names"/>.</param>
    /// <returns>A tensor on the CPU, of the stored type, owned by the caller; writing to it does not reach the file.</returns>
    /// <exception cref="CheckpointException">The folder holds no tensor of that name.</exception>
    public Tensor Map(string name)
    {
        string stored = Stored(name);
        return FileOf(stored).Map(stored);
    }

    /// <summary>Closes the files. Tensors read from them stay valid.</summary>
    public void Dispose()
    {
        foreach (SafetensorsFile file in _files.Values)
            file.Dispose();
    }

    // transformers' bare trunks, and the published GPT-2s, leave out what stands before the first dot.
    private string Stored(string name)
    {
        string bare = name[(name.IndexOf('.') + 1)..];
        return !_tensors.ContainsKey(name) && _tensors.ContainsKey(bare) ? bare : name;
    }

    private SafetensorsFile FileOf(string name) => _tensors.TryGetValue(name, out SafetensorsFile? file)
        ? file
        : throw new CheckpointException($"{Directory}: there is no tensor '{name}' among its {_tensors.Count}. The weights do not fit the architecture {Config.Architecture} of {ModelConfigFile.Name}.");

    private static Dictionary<string, SafetensorsFile> OpenWeights(string directory, Dictionary<string, SafetensorsFile> files)
    {
        string single = Path.Combine(directory, WeightsName);
        if (File.Exists(single))
        {
            files[WeightsName] = SafetensorsFile.Open(single);
            return files[WeightsName].Entries.Keys.ToDictionary(name => name, _ => files[WeightsName], StringComparer.Ordinal);
        }
        string index = Path.Combine(directory, IndexName);
        var tensors = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        foreach ((string tensor, string shard) in ShardIndex.Read(index))
        {
            if (!files.TryGetValue(shard, out SafetensorsFile? file))
            {
                string path = Path.Combine(directory, shard);
                if (!File.Exists(path))
                    throw new CheckpointException($"{index}: names the shard {shard}, but there is no such file in {directory}. Download it, or the whole folder, again.");
                files[shard] = file = SafetensorsFile.Open(path);
            }
            if (!file.Entries.ContainsKey(tensor))
                throw new CheckpointException($"{index}: says that {shard} holds the tensor '{tensor}', but it does not. Index and shards are not of one save; download the folder again.");
            tensors[tensor] = file;
        }
        return tensors;
    }

    private static void RequireModel(string directory)
    {
        if (File.Exists(directory))
            throw new CheckpointException($"{directory} is a file, but a model is a folder. Give the folder that holds {ModelConfigFile.Name}.");
        if (!System.IO.Directory.Exists(directory))
            throw new CheckpointException($"{directory}: there is no such folder.");
        bool Has(string name) => File.Exists(Path.Combine(directory, name));

        bool weights = Has(WeightsName) || Has(IndexName);
        if (Has(ModelConfigFile.Name) && weights)
            return;
        if (Has(AdapterConfig.FileName))
            throw new CheckpointException($"{directory} is a PEFT adapter ({AdapterConfig.FileName}), not a model. Pass its base model here, and this folder with --adapter.");
        if (!weights && (Has("pytorch_model.bin") || Has("pytorch_model.bin.index.json")))
            throw new CheckpointException(
                $"{directory} has its weights in pytorch_model.bin only, which can run code when it is read and is not supported. Convert it to safetensors: load it in transformers and save it again with model.save_pretrained(folder).");
        string[] found = [.. System.IO.Directory.EnumerateFileSystemEntries(directory).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        string listing = found.Length == 0 ? "it is empty" : $"it holds {string.Join(", ", found.Take(10))}{(found.Length > 10 ? $" and {found.Length - 10} more" : "")}";
        throw new CheckpointException($"{directory} is no model: looked for {ModelConfigFile.Name} and for {WeightsName} or {IndexName}; {listing}.");
    }
}
