using System.Text;

namespace Plumbline.Models.Checkpoints;

/// <summary>The key-value pairs at the head of a GGUF file, in the order added.</summary>
/// <remarks>Source: the GGUF specification, version 3: little-endian; a string is its length in 64 bits and its UTF-8 bytes.</remarks>
internal sealed class GgufMetadata : IDisposable
{
    private const uint UInt32 = 4, Int32 = 5, Float32 = 6, Bool = 7, String = 8, Array = 9;

    private readonly MemoryStream _bytes = new();
    private readonly BinaryWriter _writer;

    public GgufMetadata() => _writer = new BinaryWriter(_bytes);

    /// <summary>Pairs so far.</summary>
    public ulong Count { get; private set; }

    public void Add(string key, uint value)
    {
        Key(key, UInt32);
        _writer.Write(value);
    }

    public void Add(string key, float value)
    {
        Key(key, Float32);
        _writer.Write(value);
    }

    public void Add(string key, bool value)
    {
        Key(key, Bool);
        _writer.Write(value);
    }

    public void Add(string key, string value)
    {
        Key(key, String);
        Write(_writer, value);
    }

    public void Add(string key, IReadOnlyCollection<string> values)
    {
        Row(key, String, values.Count);
        foreach (string value in values)
            Write(_writer, value);
    }

    public void Add(string key, IReadOnlyCollection<int> values)
    {
        Row(key, Int32, values.Count);
        foreach (int value in values)
            _writer.Write(value);
    }

    public void Add(string key, IReadOnlyCollection<float> values)
    {
        Row(key, Float32, values.Count);
        foreach (float value in values)
            _writer.Write(value);
    }

    /// <summary>All pairs, as they stand in the file.</summary>
    public byte[] ToArray() => _bytes.ToArray();

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    /// <summary>Writes a string as GGUF spells it.</summary>
    public static void Write(BinaryWriter writer, string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private void Key(string key, uint type)
    {
        Write(_writer, key);
        _writer.Write(type);
        Count++;
    }

    private void Row(string key, uint type, int count)
    {
        Key(key, Array);
        _writer.Write(type);
        _writer.Write((ulong)count);
    }
}
