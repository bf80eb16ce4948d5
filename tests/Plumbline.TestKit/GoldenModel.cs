using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using TorchSharp;
using Xunit;

namespace Plumbline.TestKit;

/// <summary>A golden folder: its model and the reference's numbers. Skips the test where there are no golden numbers.</summary>
public sealed class GoldenModel : IDisposable
{
    private readonly SafetensorsFile _numbers;
    private readonly string? _copy;

    private GoldenModel(string directory, SafetensorsFile numbers, DecoderModel model, string? copy)
    {
        (Directory, _numbers, Model, _copy) = (directory, numbers, model, copy);
    }

    /// <summary>The folder read.</summary>
    public string Directory { get; }

    /// <summary>The model.</summary>
    public DecoderModel Model { get; }

    /// <summary>Opens a folder with one of the spellings of its configuration.</summary>
    public static GoldenModel Open(string name, string configFile = "config.json")
    {
        string directory = Locate(name);
        string? copy = configFile == "config.json" ? null : WithConfig(directory, configFile);
        using CheckpointFolder folder = CheckpointFolder.Open(copy ?? directory);
        return new GoldenModel(copy ?? directory, SafetensorsFile.Open(Path.Combine(directory, "golden.safetensors")), DecoderModel.Load(folder), copy);
    }

    /// <summary>The path of a golden folder; skips the test where it is absent.</summary>
    public static string Locate(string name)
    {
        Assert.SkipWhen(SharedFiles.Golden is null || name.Length == 0, "no golden numbers beside the project (PLUMBLINE_GOLDEN)");
        return Path.Combine(SharedFiles.Golden!, name);
    }

    /// <summary>A temporary copy of a folder's model under another spelling of its configuration.</summary>
    public static string WithConfig(string directory, string configFile)
    {
        string copy = System.IO.Directory.CreateTempSubdirectory("golden").FullName;
        foreach (string file in new[] { "model.safetensors", "generation_config.json" }.Where(f => File.Exists(Path.Combine(directory, f))))
            File.Copy(Path.Combine(directory, file), Path.Combine(copy, file));
        File.Copy(Path.Combine(directory, configFile), Path.Combine(copy, "config.json"));
        return copy;
    }

    /// <summary>One of the reference's tensors, in the caller's dispose scope.</summary>
    public Tensor this[string name] => _numbers.Read(name);

    /// <summary>Whether the reference gives that tensor.</summary>
    public bool Has(string name) => _numbers.Entries.ContainsKey(name);

    /// <summary>How many tensors' names begin so.</summary>
    public int Count(string prefix) => _numbers.Entries.Keys.Count(k => k.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Mean cross-entropy of the labels, shifted by one, −100 left out.</summary>
    public Tensor Loss()
    {
        Tensor logits = Model.Logits(Model.Hidden(this["input_ids"], this["position_ids"], this["attention_mask"].to(torch.ScalarType.Bool)));
        Tensor labels = this["labels"];
        return torch.nn.functional.cross_entropy(
            logits.narrow(1, 0, logits.shape[1] - 1).reshape(-1, logits.shape[2]), labels.narrow(1, 1, labels.shape[1] - 1).reshape(-1), ignore_index: -100);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Model.Dispose();
        _numbers.Dispose();
        if (_copy is not null)
            System.IO.Directory.Delete(_copy, recursive: true);
    }
}
