using System.Text;
using Plumbline.Models.Tokens;

namespace Plumbline.Models.Tests.Tokens;

/// <summary>Reads the SentencePiece vocabulary out of a GGUF file's metadata.</summary>
internal static class GgufVocabulary
{
    private const uint String = 8, Array = 9;

    internal static SentencePieceModel Read(string path)
    {
        using var reader = new BinaryReader(File.OpenRead(path));
        Assert.Equal("GGUF"u8.ToArray(), reader.ReadBytes(4));
        reader.ReadUInt32(); // version
        reader.ReadUInt64(); // tensors
        ulong count = reader.ReadUInt64();
        var values = new Dictionary<string, object>();
        for (ulong i = 0; i < count; i++)
        {
            string key = ReadString(reader);
            values[key] = ReadValue(reader, reader.ReadUInt32());
        }
        object[] Row(string key) => (object[])values["tokenizer.ggml." + key];
        var (tokens, scores, kinds) = (Row("tokens"), Row("scores"), Row("token_type"));
        return new()
        {
            Pieces = [.. tokens.Select((token, i) => new SentencePiece((string)token, (float)scores[i], (SentencePieceKind)(int)kinds[i]))],
        };
    }

    private static object ReadValue(BinaryReader reader, uint type) => type switch
    {
        0 => reader.ReadByte(),
        1 => reader.ReadSByte(),
        2 => reader.ReadUInt16(),
        3 => reader.ReadInt16(),
        4 => reader.ReadUInt32(),
        5 => reader.ReadInt32(),
        6 => reader.ReadSingle(),
        7 => reader.ReadBoolean(),
        String => ReadString(reader),
        Array => ReadArray(reader),
        10 => reader.ReadUInt64(),
        11 => reader.ReadInt64(),
        12 => reader.ReadDouble(),
        _ => throw new InvalidDataException($"GGUF value type {type}"),
    };

    private static object[] ReadArray(BinaryReader reader)
    {
        uint type = reader.ReadUInt32();
        var values = new object[reader.ReadUInt64()];
        for (int i = 0; i < values.Length; i++)
            values[i] = ReadValue(reader, type);
        return values;
    }

    private static string ReadString(BinaryReader reader) => Encoding.UTF8.GetString(reader.ReadBytes((int)reader.ReadUInt64()));
}
