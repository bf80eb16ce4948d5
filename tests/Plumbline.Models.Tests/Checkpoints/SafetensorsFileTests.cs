using CsCheck;
using Plumbline.Models.Checkpoints;
using TorchSharp;

namespace Plumbline.Models.Tests.Checkpoints;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Save(byte[] bytes)
    {
        string path = _folder.File("t.safetensors");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private string FaultOf(byte[] bytes)
    {
        string path = Save(bytes);
        string message = Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path)).Message;
        Assert.Contains(path, message);
        return message;
    }

    private static string HeaderOfX(string type, int elements, int bytes) =>
        $$$"""{"x":{"dtype":"{{{type}}}","shape":[{{{elements}}}],"data_offsets":[0,{{{bytes}}}]}}""";

    private float[] ReadFloats(string type, params byte[] data)
    {
        using var scope = torch.NewDisposeScope();
        using SafetensorsFile file = SafetensorsFile.Open(Save(SafetensorsBytes.Of(HeaderOfX(type, data.Length / 2, data.Length), data)));
        return file.Read("x", torch.ScalarType.Float32).data<float>().ToArray();
    }

    // IEEE half, sign 1, exponent 5 (bias 15), fraction 10: 0x3C00 = 2^0 = 1; 0xC100 = -2^1 * 1.25 = -2.5; 0x7BFF = 65504, the largest; 0x0001 = 2^-24.
    [Fact]
    public void Read_Float16_IsTheValueByHand() =>
        Assert.Equal([1f, -2.5f, 65504f, 5.9604645e-8f], ReadFloats("F16", 0x00, 0x3C, 0x00, 0xC1, 0xFF, 0x7B, 0x01, 0x00));

    // bfloat16 is the upper half of a float32: 0x3F80 = 1; 0xC020 = -2.5; 0x4049 = 2 * (1 + 73/128) = 3.140625; 0x7F80 = infinity.
    [Fact]
    public void Read_BFloat16_IsTheValueByHand() =>
        Assert.Equal([1f, -2.5f, 3.140625f, float.PositiveInfinity], ReadFloats("BF16", 0x80, 0x3F, 0x20, 0xC0, 0x49, 0x40, 0x80, 0x7F));

    // Little-endian two's complement: 0xFE = -2; 0x0102 = 258.
    [Theory]
    [InlineData("I8", new byte[] { 0xFE }, -2)]
    [InlineData("U8", new byte[] { 0xFE }, 254)]
    [InlineData("I16", new byte[] { 0x02, 0x01 }, 258)]
    [InlineData("I32", new byte[] { 0xFE, 0xFF, 0xFF, 0xFF }, -2)]
    [InlineData("I64", new byte[] { 0x02, 0x01, 0, 0, 0, 0, 0, 0 }, 258)]
    [InlineData("F64", new byte[] { 0, 0, 0, 0, 0, 0, 0x04, 0xC0 }, -2.5)]
    [InlineData("F32", new byte[] { 0, 0, 0x20, 0xC0 }, -2.5)]
    [InlineData("BOOL", new byte[] { 0x07 }, 1)]
    public void Read_OneElement_IsTheValueByHand(string type, byte[] data, double expected)
    {
        using var scope = torch.NewDisposeScope();
        using SafetensorsFile file = SafetensorsFile.Open(Save(SafetensorsBytes.Of(HeaderOfX(type, 1, data.Length), data)));
        Assert.Equal(expected, file.Read("x", torch.ScalarType.Float64).item<double>());
    }

    [Fact]
    public void Read_MatrixScalarAndEmpty_KeepTheirShapes()
    {
        using var scope = torch.NewDisposeScope();
        using SafetensorsFile file = SafetensorsFile.Open(Save(SafetensorsBytes.Of(
            """{"__metadata__":{"format":"pt"},"m":{"dtype":"U8","shape":[2,3],"data_offsets":[0,6]},"s":{"dtype":"U8","shape":[],"data_offsets":[6,7]},"e":{"dtype":"F32","shape":[0,4],"data_offsets":[7,7]}}  """,
            1, 2, 3, 4, 5, 6, 7)));
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal([2, 3], file.Read("m").shape);
        Assert.Equal(6, file.Read("m")[1, 2].item<byte>());
        Assert.Equal(7, file.Read("s").item<byte>());
        Assert.Equal([0, 4], file.Read("e").shape);
    }

    [Fact]
    public void Read_AfterTheFileIsClosed_TensorsReadEarlierStayValid()
    {
        using var scope = torch.NewDisposeScope();
        SafetensorsFile file = SafetensorsFile.Open(Save(SafetensorsBytes.Of("""{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 9)));
        Tensor tensor = file.Read("x");
        file.Dispose();
        Assert.Equal(9, tensor.item<byte>());
        Assert.Throws<ObjectDisposedException>(() => file.Read("x"));
    }

    [Fact]
    public void Read_UnknownName_NamesItAndTheFile()
    {
        using SafetensorsFile file = SafetensorsFile.Open(Save(SafetensorsBytes.Of("""{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 9)));
        string message = Assert.Throws<CheckpointException>(() => file.Read("y")).Message;
        Assert.Contains("'y'", message);
        Assert.Contains("it holds x", message);
    }

    [Fact]
    public void Open_NoFile_SaysSo() =>
        Assert.Contains("no such file", Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(_folder.File("absent.safetensors"))).Message);

    [Theory]
    [InlineData("not json", "not valid JSON")]
    [InlineData("[1]", "object of tensors is wanted")]
    [InlineData("""{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", "not valid JSON")]
    [InlineData("""{"x":5}""", "'x': its entry is a JSON Number")]
    [InlineData("""{"x":{"shape":[2],"data_offsets":[0,2]}}""", "'x': dtype is missing")]
    [InlineData("""{"x":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}}""", "'x': dtype is 'F8_E4M3', but only F64, F32, F16, BF16")]
    [InlineData("""{"x":{"dtype":"U8","shape":[-2],"data_offsets":[0,2]}}""", "'x': shape is missing or no list of whole numbers")]
    [InlineData("""{"x":{"dtype":"U8","shape":[2.5],"data_offsets":[0,2]}}""", "'x': shape is missing or no list")]
    [InlineData("""{"x":{"dtype":"U8","shape":[2],"data_offsets":[0]}}""", "'x': data_offsets is [0]")]
    [InlineData("""{"x":{"dtype":"U8","shape":[2],"data_offsets":[2,0]}}""", "'x': data_offsets is [2, 0]")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,2]}}""", "'x': data_offsets span 2 bytes, but shape [2] of F32 takes 8")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", "larger than any file")]
    [InlineData("""{"x":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", "truncated: tensor 'x' ends at byte")]
    [InlineData("""{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", "1 bytes belong to no tensor")]
    [InlineData("""{"x":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", "'x' starts at byte 1 of the data, but the header ends at 0")]
    [InlineData("""{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"y":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", "'y' starts at byte 1 of the data, but tensor 'x' ends at 2")]
    [InlineData("""{"x":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}""", "larger than any file")]
    [InlineData("""{"__metadata__":{"format":1},"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", "__metadata__.format is a JSON Number")]
    public void Open_LyingHeader_NamesWhatIsWrong(string header, string expected) => Assert.Contains(expected, FaultOf(SafetensorsBytes.Of(header, 1, 2)));

    [Fact]
    public void Open_LengthBeyondTheFile_NamesBothLengths()
    {
        Assert.Contains("the file has 3 bytes", FaultOf([1, 2, 3]));
        Assert.Contains("promise a header of 255 bytes, but only 2 follow", FaultOf([255, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}']));
        Assert.Contains("promise a header of 18,446,744,073,709,551,615 bytes", FaultOf([255, 255, 255, 255, 255, 255, 255, 255, 1]));
    }

    // Written to, the mapped tensor changes and its file does not; it outlives the open file, and a file put in its place.
    [Fact]
    public void Map_ATensor_IsTheFilesOwnMemoryAndNeverItsContents()
    {
        using var scope = torch.NewDisposeScope();
        string path = _folder.File("m.safetensors");
        Tensor wide = torch.arange(6, torch.ScalarType.Float32).view(2, 3), half = (wide * 0.5).to(torch.ScalarType.BFloat16);
        SafetensorsWriter.Write(path, [new("wide", wide), new("half", half), new("flag", torch.tensor(new[] { true, false }))]);
        Tensor mapped, again;
        using (SafetensorsFile file = SafetensorsFile.Open(path))
        {
            (mapped, again) = (file.Map("wide"), file.Map("half"));
            Assert.Equal([true, false], file.Map("flag").data<bool>());
            mapped.add_(1);
            Assert.Equal([0f, 1, 2, 3, 4, 5], file.Read("wide").data<float>());
        }
        SafetensorsWriter.Write(path, [new("wide", torch.zeros(2, 3))]);
        Assert.Equal([1f, 2, 3, 4, 5, 6], mapped.data<float>());
        Assert.Equal([2L, 3], again.shape);
        Assert.Equal([0f, 0.5f, 1, 1.5f, 2, 2.5f], again.to(torch.ScalarType.Float32).data<float>());
    }

    [Fact]
    public void Map_ATensorThatIsNotAligned_IsCopied()
    {
        using var scope = torch.NewDisposeScope();
        using SafetensorsFile file = SafetensorsFile.Open(Save(SafetensorsBytes.Of(
            """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"x":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}""", 9, 0, 0, 0x20, 0xC0)));
        Assert.Equal([-2.5f], file.Map("x").data<float>());
        Assert.Contains("there is no tensor 'y'", Assert.Throws<CheckpointException>(() => file.Map("y")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnyDamage_IsReadOrRefusedNeverWorse()
    {
        byte[] whole = SafetensorsBytes.Of(
            """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"BOOL","shape":[3],"data_offsets":[16,19]}}""",
            [.. Enumerable.Range(0, 19).Select(i => (byte)i)]);
        Gen<(int At, byte Value)> flip = Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte);
        Gen.Select(flip.Array[0, 4], Gen.Int[0, whole.Length]).Where((flips, length) => flips.Length > 0 || length < whole.Length).Sample(
            (flips, length) =>
            {
                byte[] damaged = [.. whole];
                foreach ((int at, byte value) in flips)
                    damaged[at] = value;
                // Half of the samples stay whole in length, so that flips are reached.
                string path = Save(length % 2 == 0 ? damaged : damaged[..length]);
                try
                {
                    using var scope = torch.NewDisposeScope();
                    using SafetensorsFile file = SafetensorsFile.Open(path);
                    foreach (SafetensorsEntry entry in file.Entries.Values)
                        Assert.Equal(entry.Shape, file.Read(entry.Name).shape);
                }
                catch (CheckpointException)
                {
                    // Refused with a reason: as good as read.
                }
            },
            iter: 2000, threads: 1);
    }
}
