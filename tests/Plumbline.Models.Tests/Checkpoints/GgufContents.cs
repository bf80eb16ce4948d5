using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Plumbline.Models.Checkpoints;

namespace Plumbline.Models.Tests.Checkpoints;

/// <summary>A GGUF file read back: every key, and every tensor as float32.</summary>
internal sealed class GgufContents
{
    private readonly byte[] _bytes;
    private int _at;

    private GgufContents(byte[] bytes)
    {
        _bytes = bytes;
        Assert.Equal("GGUF"u8.ToArray(), bytes[..4]);
        _at = 4;
        Version = Number<uint>();
        ulong tensors = Number<ulong>(), keys = Number<ulong>();
        for (ulong i = 0; i < keys; i++)
            Assert.True(Values.TryAdd(Text(), Value(Number<uint>())));
        var places = new List<(string Name, long[] Shape, GgufType Type, ulong Offset)>();
        for (ulong i = 0; i < tensors; i++)
        {
            string name = Text();
            long[] reversed = [.. Enumerable.Range(0, (int)Number<uint>()).Select(_ => (long)Number<ulong>())];
            places.Add((name, [.. Enumerable.Reverse(reversed)], (GgufType)Number<uint>(), Number<ulong>()));
        }
        int start = (_at + 31) / 32 * 32;
        foreach ((string name, long[] shape, GgufType type, ulong offset) in places)
        {
            Assert.Equal(0UL, offset % 32);
            Tensors.Add(name, (shape, type, Data(bytes.AsSpan(start + (int)offset), type, (int)shape.Aggregate(1L, (a, b) => a * b))));
        }
    }

    public uint Version { get; }

    public Dictionary<string, object> Values { get; } = [];

    public Dictionary<string, (long[] Shape, GgufType Type, float[] Data)> Tensors { get; } = [];

    public static GgufContents Read(string path) => new(File.ReadAllBytes(path));

    public T[] Row<T>(string key) => [.. ((object[])Values[key]).Cast<T>()];

    private static float[] Data(ReadOnlySpan<byte> bytes, GgufType type, int count)
    {
        var data = new float[count];
        for (int i = 0; i < count; i++)
            data[i] = type switch
            {
                GgufType.F32 => BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]),
                GgufType.F16 => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]),
                _ => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(i / 32 * 34)..]) * (sbyte)bytes[i / 32 * 34 + 2 + i % 32],
            };
        return data;
    }

    private object Value(uint type) => type switch
    {
        4 => Number<uint>(),
        5 => Number<int>(),
        6 => Number<float>(),
        7 => Number<byte>() != 0,
        8 => Text(),
        9 => Array(Number<uint>()),
        _ => throw new InvalidDataException($"GGUF value type {type}"),
    };

    private object[] Array(uint type)
    {
        var values = new object[Number<ulong>()];
        for (int i = 0; i < values.Length; i++)
            values[i] = Value(type);
        return values;
    }

    private string Text()
    {
        int length = (int)Number<ulong>();
        string text = Encoding.UTF8.GetString(_bytes, _at, length);
        _at += length;
        return text;
    }

    private T Number<T>()
        where T : unmanaged
    {
        T value = MemoryMarshal.Read<T>(_bytes.AsSpan(_at));
        _at += Marshal.SizeOf<T>();
        return value;
    }
}
