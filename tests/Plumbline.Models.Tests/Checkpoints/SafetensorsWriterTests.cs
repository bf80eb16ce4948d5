using System.Text;
using Plumbline.Models.Checkpoints;
using TorchSharp;

namespace Plumbline.Models.Tests.Checkpoints;

public sealed class SafetensorsWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_EveryType_ReadsBackBitForBit()
    {
        using var scope = torch.NewDisposeScope();
        torch.ScalarType[] types =
        [
            torch.ScalarType.Float64, torch.ScalarType.Float32, torch.ScalarType.Float16, torch.ScalarType.BFloat16, torch.ScalarType.Int64,
            torch.ScalarType.Int32, torch.ScalarType.Int16, torch.ScalarType.Int8, torch.ScalarType.Byte, torch.ScalarType.Bool,
        ];
        Dictionary<string, Tensor> tensors = types.ToDictionary(type => $"layer.{type}", type => torch.tensor(new[] { 0.0, 1.0, 3.25, 100.0, 7.0, 2.0 }).view(2, 3).to_type(type));
        tensors["transposed"] = torch.arange(6).view(2, 3).t();
        tensors["scalar"] = torch.tensor(2.5f);
        tensors["empty"] = torch.zeros(0, 3);
        tensors["trained"] = torch.ones(2, requires_grad: true);
        string path = _folder.File("t.safetensors");

        SafetensorsWriter.Write(path, tensors, new Dictionary<string, string> { ["ünïcode \"key\""] = "välue" });

        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal("välue", file.Metadata["ünïcode \"key\""]);
        Assert.Equal(tensors.Keys.Order(), file.Entries.Keys.Order());
        foreach ((string name, Tensor tensor) in tensors)
        {
            Tensor read = file.Read(name);
            Assert.Equal(tensor.dtype, read.dtype);
            Assert.Equal(tensor.shape, read.shape);
            Assert.True(tensor.eq(read).all().item<bool>(), name);
            Assert.Equal(0, file.Entries[name].Begin % read.ElementSize);
        }
        Assert.Equal(["t.safetensors"], _folder.Files);
    }

    // Larger elements first, then by name; the header is padded so that the data starts at a multiple of 8.
    [Fact]
    public void Write_TwoTensors_IsTheFileByHand()
    {
        using var scope = torch.NewDisposeScope();
        string path = _folder.File("t.safetensors");
        SafetensorsWriter.Write(path, [KeyValuePair.Create("a", torch.tensor(new byte[] { 7 })), KeyValuePair.Create("b", torch.tensor(new short[] { 258 }))]);
        string json = """{"__metadata__":{"format":"pt"},"b":{"dtype":"I16","shape":[1],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}""";
        string padded = json.PadRight((json.Length + 7) / 8 * 8);
        Assert.Equal([(byte)padded.Length, 0, 0, 0, 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(padded), 2, 1, 7], File.ReadAllBytes(path));
    }

    [Fact]
    public void Write_TwoOfOneName_NamesIt()
    {
        using Tensor tensor = torch.ones(1);
        string message = Assert.Throws<CheckpointException>(() => SafetensorsWriter.Write(_folder.File("t"), [KeyValuePair.Create("w", tensor), KeyValuePair.Create("w", tensor)])).Message;
        Assert.Contains("two tensors are named 'w'", message);
    }

    [Fact]
    public void Write_TypeThatCannotBeStored_NamesTheTensor()
    {
        using Tensor tensor = torch.zeros(1, dtype: torch.ScalarType.ComplexFloat32);
        Assert.Contains("Tensor 'w' is of type ComplexFloat32", Assert.Throws<CheckpointException>(() => SafetensorsWriter.Write(_folder.File("t"), [KeyValuePair.Create("w", tensor)])).Message);
    }

    [Fact]
    public void Write_FolderThatIsAFile_SaysThatItCannotBeWritten()
    {
        File.WriteAllText(_folder.File("file"), "");
        using Tensor tensor = torch.ones(1);
        Assert.Contains("cannot be written", Assert.Throws<CheckpointException>(() => SafetensorsWriter.Write(_folder.File("file/t"), [KeyValuePair.Create("w", tensor)])).Message);
    }

    [Fact]
    public void Stage_DiskFullInMidFile_LeavesTheOldFileAndNoOther()
    {
        string path = _folder.File("model");
        File.WriteAllText(path, "old");
        using (var staged = new StagedFiles())
        {
            staged.Add(_folder.File("first"), 0, stream => stream.Write("new"u8));
            string message = Assert.Throws<CheckpointException>(() => staged.Add(path, 0, stream =>
            {
                stream.Write("half of it"u8);
                throw new IOException("No space left on device");
            })).Message;
            Assert.Contains(path, message);
            Assert.Contains("No space left on device", message);
            Assert.Contains("Free space", message);
        }
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["model"], _folder.Files);
    }

    [Fact]
    public void Stage_BeforeCommit_NothingIsInPlace()
    {
        using var staged = new StagedFiles();
        File.WriteAllText(_folder.File("a"), "old");
        staged.Add(_folder.File("a"), 3, stream => stream.Write("new"u8));
        staged.Add(_folder.File("b"), 3, stream => stream.Write("new"u8));
        Assert.Equal("old", File.ReadAllText(_folder.File("a")));
        Assert.False(File.Exists(_folder.File("b")));
        staged.Commit();
        Assert.Equal("new", File.ReadAllText(_folder.File("a")));
        Assert.Equal(["a", "b"], _folder.Files);
    }
}
