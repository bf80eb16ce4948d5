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
        Stage(staged, path, [.. tensors.Select(PendingTensor.Of)], metadata);
        staged.Commit();
    }

    /// <param name="staged">Takes the file until all that belongs with it is written.</param>
    /// <param name="path">The destination.</param>
    /// <param name="tensors">What to write, one made after another.</param>
    /// <param name="metadata">As in <see cref="Write"/>.</param>
    internal static void Stage(StagedFiles staged, string path, IReadOnlyList<PendingTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        if (tensors.CountBy(tensor => tensor.Name).FirstOrDefault(name => name.Value > 1).Key is { } twice)
            throw new CheckpointException($"{path}: two tensors are named '{twice}'.");
        long bytes = tensors.Sum(tensor => tensor.Bytes);
        PendingTensor[] ordered = [.. tensors.OrderByDescending(tensor => SafetensorsTypes.SizeOf(tensor.Type)).ThenBy(tensor => tensor.Name, StringComparer.Ordinal)];
        byte[] header = Header(ordered, metadata ?? new Dictionary<string, string> { ["format"] = "pt" });
        staged.Add(path, header.Length + bytes, stream =>
        {
            stream.Write(header);
            foreach (PendingTensor tensor in ordered)
                WriteData(stream, tensor);
        });
    }

    private static byte[] Header(IReadOnlyList<PendingTensor> tensors, IReadOnlyDictionary<string, string> metadata)
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
            foreach (PendingTensor tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", SafetensorsTypes.NameOf(tensor.Type));
                json.WriteStartArray("shape");
                foreach (long dimension in tensor.Shape)
                    json.WriteNumberValue(dimension);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(at);
                json.WriteNumberValue(at += tensor.Bytes);
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

    private static void WriteData(Stream stream, PendingTensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        Tensor data = tensor.Make().detach().cpu().to_type(tensor.Type).contiguous();
        TensorBytes.ForEachChunk(data, (bytes, _) => stream.Write(bytes));
    }
}
