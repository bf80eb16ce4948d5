using System.Buffers.Binary;
using System.Text;

namespace Plumbline.Models.Native;

/// <summary>Edits the symbol-version needs of an ELF64 little-endian library image.</summary>
/// <remarks>Source: System V ABI, GNU symbol versioning: sections of type SHT_GNU_verneed hold Elf64_Verneed lists of Elf64_Vernaux lists.</remarks>
internal static class ElfVersionNeeds
{
    private const uint SectionTypeVersionNeed = 0x6ffffffe;
    private const byte FlagWeak = 2;

    /// <summary>Marks every need of <paramref name="version"/> weak, so that a loader without it goes on.</summary>
    /// <returns>How many needs were marked.</returns>
    /// <exception cref="InvalidDataException">The image is no ELF64 little-endian file, or its tables point outside it.</exception>
    public static int MarkWeak(Span<byte> image, string version)
    {
        if (image.Length < 64 || !image[..6].SequenceEqual<byte>([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
            throw new InvalidDataException("not an ELF64 little-endian library");
        try
        {
            return MarkWeakUnchecked(image, version);
        }
        catch (Exception outside) when (outside is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("the library's version tables point outside of the file", outside);
        }
    }

    private static int MarkWeakUnchecked(Span<byte> image, string version)
    {
        int marked = 0;
        int sections = checked((int)BinaryPrimitives.ReadInt64LittleEndian(image[0x28..]));
        int size = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3A..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3C..]);
        for (int i = 0; i < count; i++)
        {
            int section = sections + i * size;
            if (BinaryPrimitives.ReadUInt32LittleEndian(image[(section + 4)..]) != SectionTypeVersionNeed)
                continue;
            int need = Offset(image, section + 24);
            int strings = Offset(image, sections + Word(image, section + 40) * size + 24);
            while (true)
            {
                int aux = need + Word(image, need + 8);
                for (int left = BinaryPrimitives.ReadUInt16LittleEndian(image[(need + 2)..]); left > 0; left--)
                {
                    Span<byte> name = image[(strings + Word(image, aux + 8))..];
                    if (Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]) == version)
                    {
                        image[aux + 4] |= FlagWeak;
                        marked++;
                    }
                    aux += Word(image, aux + 12);
                }
                int next = Word(image, need + 12);
                if (next == 0)
                    break;
                need += next;
            }
        }
        return marked;
    }

    private static int Word(Span<byte> image, int at) => BinaryPrimitives.ReadInt32LittleEndian(image[at..]);

    private static int Offset(Span<byte> image, int at) => checked((int)BinaryPrimitives.ReadInt64LittleEndian(image[at..]));
}
