using System.Buffers.Binary;

namespace Plumbline.Models.Tokens;

/// <summary>One field of a protobuf message: a number, and a value or bytes.</summary>
/// <param name="Number">The field's number.</param>
/// <param name="Value">The value of a varint or of 4 or 8 fixed bytes.</param>
/// <param name="Bytes">The content of a string, bytes or message.</param>
internal readonly record struct ProtoField(int Number, long Value, ReadOnlyMemory<byte> Bytes)
{
    private const int Varint = 0, Fixed64 = 1, Counted = 2, Fixed32 = 5;

    /// <summary>The fields of a message in order.</summary>
    internal static IEnumerable<ProtoField> Read(ReadOnlyMemory<byte> message, string path)
    {
        int at = 0;
        while (at < message.Length)
        {
            ulong key = ReadVarint(message.Span, ref at, path);
            int number = (int)(key >> 3);
            switch ((int)(key & 7))
            {
                case Varint:
                    yield return new(number, (long)ReadVarint(message.Span, ref at, path), default);
                    break;
                case Fixed64:
                    yield return new(number, BinaryPrimitives.ReadInt64LittleEndian(Take(message, ref at, 8, path).Span), default);
                    break;
                case Counted:
                    ulong length = ReadVarint(message.Span, ref at, path);
                    yield return new(number, 0, Take(message, ref at, length, path));
                    break;
                case Fixed32:
                    yield return new(number, BinaryPrimitives.ReadInt32LittleEndian(Take(message, ref at, 4, path).Span), default);
                    break;
                default:
                    throw Damaged(path);
            }
        }
    }

    private static ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> message, ref int at, ulong length, string path)
    {
        if (length > (ulong)(message.Length - at))
            throw Damaged(path);
        at += (int)length;
        return message.Slice(at - (int)length, (int)length);
    }

    private static ulong ReadVarint(ReadOnlySpan<byte> message, ref int at, string path)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64 && at < message.Length; shift += 7)
        {
            byte part = message[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
        throw Damaged(path);
    }

    private static TokenizerException Damaged(string path) =>
        new($"{path} is no SentencePiece model, or is cut short: its protobuf does not parse. Fetch the file again.");
}
