using Plumbline.Models.Checkpoints;

namespace Plumbline.TestKit;

/// <summary>Tensors of a golden file, read by name.</summary>
public sealed class GoldenTensors : IDisposable
{
    private readonly SafetensorsFile _file;

    private GoldenTensors(SafetensorsFile file) => _file = file;

    /// <summary>Names of all tensors of the file.</summary>
    public IEnumerable<string> Names => _file.Entries.Keys;

    /// <summary>A fresh copy of a tensor, owned by the caller.</summary>
    public TorchSharp.torch.Tensor this[string name] => _file.Read(name);

    /// <summary>Opens a safetensors file.</summary>
    public static GoldenTensors Open(string path) => new(SafetensorsFile.Open(path));

    /// <summary>Whether the file holds a tensor of that name.</summary>
    public bool Contains(string name) => _file.Entries.ContainsKey(name);

    /// <summary>Closes the file; tensors read from it stay valid.</summary>
    public void Dispose() => _file.Dispose();
}
