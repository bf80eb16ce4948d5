using System.Text;
using Plumbline.Models.Tokens;

namespace Plumbline.Models.Tests.Tokens;

/// <summary>Writes a tokenizer.model.</summary>
internal static class SentencePieceFile
{
    internal static void Write(string path, SentencePieceModel model, int type = 2, byte[]? characterMap = null)
    {
        using FileStream file = File.Create(path);
        foreach (SentencePiece piece in model.Pieces)
            Write(file, 1, [.. Field(1, Encoding.UTF8.GetBytes(piece.Text)), 2 << 3 | 5, .. BitConverter.GetBytes(piece.Score), .. Field(3, (int)piece.Kind)]);
        Write(file, 2, [.. Field(3, type), .. Field(40, model.UnknownId), .. Field(41, model.BosId), .. Field(42, model.EosId), .. Field(43, model.PadId)]);
        Write(file, 3, [.. Field(2, characterMap ?? []), .. Field(3, model.AddDummyPrefix ? 1 : 0), .. Field(4, model.RemoveExtraWhitespaces ? 1 : 0)]);
    }

    private static void Write(Stream file, int number, byte[] message) => file.Write(Field(number, message));

    private static byte[] Field(int number, long value) => [.. Varint((ulong)number << 3), .. Varint((ulong)value)];

    private static byte[] Field(int number, byte[] bytes) => [.. Varint((ulong)number << 3 | 2), .. Varint((ulong)bytes.Length), .. bytes];

    private static IEnumerable<byte> Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            yield return (byte)(value | 0x80);
        yield return (byte)value;
    }
}
