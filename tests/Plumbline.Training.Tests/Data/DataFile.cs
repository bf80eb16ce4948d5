using Plumbline.Training.Data;

namespace Plumbline.Training.Tests.Data;

/// <summary>A data file that lives as long as the test.</summary>
public sealed class DataFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("plumbline-data");

    public DataFile(string content, string name = "rows.jsonl")
    {
        Path = System.IO.Path.Combine(_folder.FullName, name);
        File.WriteAllText(Path, content);
    }

    public string Path { get; }

    /// <summary>The message of the fault that reading gives, with the file's name alone.</summary>
    public string Fault(Func<string, object> read)
    {
        DataException fault = Assert.Throws<DataException>(() => read(Path));
        Assert.Equal(Path, fault.Path);
        return fault.Message.Replace(Path, System.IO.Path.GetFileName(Path), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
