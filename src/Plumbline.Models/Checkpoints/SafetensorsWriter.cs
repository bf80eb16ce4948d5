using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using TorchSharp;

namespace Plumbline.Models.Checkpoints;

/// <summary>Writes safetensors files.</summary>
public static class SafetensorsWriter
{
    /// <summary>Writes tensors to a file, which appears whole or not at all.</summary>
    /// <remarks>
    /// Tensors are sorted by falling element size, then by name, and the header is padded with spaces to a multiple of 8 bytes, so
    /// that all data is aligned. One tensor at a time is brought to the CPU. The bytes go to a temporary file beside
    /// <paramref name="path"/>, are flushed to the disk and renamed.
    /// </remarks>
    /// <param name="path">The file; an old one is replaced at the very end, its folder is made if it is missing.</param>
    /// <param name="tensors">Names and tensors of any device and layout, not disposed.</param>
    /// <param name="metadata">Free text for the header; null writes <c>format: pt</c>, which transformers wants.</param>
    /// <exception cref="CheckpointException">Two tensors share a name, a type cannot be stored, or the disk is full: an old file stays as it was.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using var staged = new StagedFiles();
        Stage(staged, path, [.. tensors], metadata, storeAs: null);
        staged.Commit();
    }

    /// <param name="staged">Takes the file until all that belongs with it is written.</param>
    /// <param name="path">The destination.</param>
    /// <param name="tensors">Names and tensors.</param>
    /// <param name="metadata">As in <see cref="Write"/>.</param>
    /// <param name="storeAs">The type that floating-point tensors are converted to; null keeps each one's own.</param>
    internal static void Stage(
        StagedFiles staged, string path, IReadOnlyList<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata, torch.ScalarType? storeAs)
    {
        List<Item> items = Plan(path, tensors, storeAs);
        byte[] header = Header(items, metadata ?? new Dictionary<string, string> { ["format"] = "pt" });
        staged.Add(path, header.Length + items.Sum(item => item.Bytes), stream =>
        {
            stream.Write(header);
            foreach (Item item in items)
                WriteData(stream, item);
        });
    }

    /// <summary>The bytes that a tensor takes in a file.</summary>
    /// <exception cref="CheckpointException">Its type cannot be stored.</exception>
    internal static long StoredBytes(string name, Tensor tensor, torch.ScalarType? storeAs) => SafetensorsTypes.NameOf(tensor.dtype) is null
        ? throw new CheckpointException($"Tensor '{name}' is of type {tensor.dtype}, but only {SafetensorsTypes.Names} can be stored.")
        : tensor.NumberOfElements * SafetensorsTypes.SizeOf(StoredType(tensor, storeAs));

    private static torch.ScalarType StoredType(Tensor tensor, torch.ScalarType? storeAs) =>
        storeAs is { } type && SafetensorsTypes.IsFloating(tensor.dtype) ? type : tensor.dtype;

    private static List<Item> Plan(string path, IReadOnlyList<KeyValuePair<string, Tensor>> tensors, torch.ScalarType? storeAs)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var items = new List<Item>(tensors.Count);
        foreach ((string name, Tensor tensor) in tensors)
        {
            if (!names.Add(name))
                throw new CheckpointException($"{path}: two tensors are named '{name}'.");
            items.Add(new Item(name, tensor, StoredType(tensor, storeAs), StoredBytes(name, tensor, storeAs)));
        }
        return [.. items.OrderByDescending(item => SafetensorsTypes.SizeOf(item.Type)).ThenBy(item => item.Name, StringComparer.Ordinal)];
    }

    private static byte[] Header(List<Item> items, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        buffer.Write(stackalloc byte[SafetensorsHeader.PrefixBytes]);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            long at = 0;
            foreach (Item item in items)
            {
                json.WriteStartObject(item.Name);
                json.WriteString("dtype", SafetensorsTypes.NameOf(item.Type));
                json.WriteStartArray("shape");
                foreach (long dimension in item.Tensor.shape)
                    json.WriteNumberValue(dimension);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(at);
                json.WriteNumberValue(at += item.Bytes);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        byte[] header = buffer.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - SafetensorsHeader.PrefixBytes);
        return header;
    }

    private static void WriteData(Stream stream, Item item)
    {
        using var scope = torch.NewDisposeScope();
        Tensor data = item.Tensor.detach().cpu().to_type(item.Type).contiguous();
        TensorBytes.ForEachChunk(data, (bytes, _) => stream.Write(bytes));
    }

    private sealed record Item(string Name, Tensor Tensor, torch.ScalarType Type, long Bytes);
}
