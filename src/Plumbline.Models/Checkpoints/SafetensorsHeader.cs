using System.Text.Json;

namespace Plumbline.Models.Checkpoints;

/// <summary>Reads the JSON header of a safetensors file and holds every statement in it against the file.</summary>
internal static class SafetensorsHeader
{
    /// <summary>Bytes of the little-endian length that precedes the header.</summary>
    public const int PrefixBytes = 8;

    /// <summary>The format's own limit on the header, in bytes.</summary>
    public const long MaxBytes = 100_000_000;

    private const string MetadataKey = "__metadata__";
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <param name="path">The file, for messages.</param>
    /// <param name="json">The header without its length prefix.</param>
    /// <param name="fileBytes">Length of the whole file.</param>
    public static (Dictionary<string, SafetensorsEntry> Entries, Dictionary<string, string> Metadata) Parse(string path, ReadOnlyMemory<byte> json, long fileBytes)
    {
        var entries = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        long dataStart = PrefixBytes + json.Length;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new CheckpointException($"{path}: the header is a JSON {document.RootElement.ValueKind}, but an object of tensors is wanted. The file is damaged or no safetensors file.");
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
                if (property.Name == MetadataKey)
                    ReadMetadata(path, property.Value, metadata);
                else
                    entries.Add(property.Name, ReadEntry(path, property, dataStart));
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name or text that is no valid UTF-8.
            throw new CheckpointException($"{path}: the header of {json.Length:N0} bytes is not valid JSON ({fault.Message}). The file is damaged or no safetensors file.", fault);
        }
        RequireGapless(path, entries.Values, dataStart, fileBytes);
        return (entries, metadata);
    }

    private static void ReadMetadata(string path, JsonElement value, Dictionary<string, string> metadata)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw new CheckpointException($"{path}: {MetadataKey} is a JSON {value.ValueKind}, but an object of strings is wanted.");
        foreach (JsonProperty property in value.EnumerateObject())
            metadata[property.Name] = property.Value.ValueKind == JsonValueKind.String
                ? property.Value.GetString()!
                : throw new CheckpointException($"{path}: {MetadataKey}.{property.Name} is a JSON {property.Value.ValueKind}, but a string is wanted.");
    }

    private static SafetensorsEntry ReadEntry(string path, JsonProperty property, long dataStart)
    {
        CheckpointException Fault(string text) => new($"{path}: tensor '{property.Name}': {text}");

        JsonElement value = property.Value;
        if (value.ValueKind != JsonValueKind.Object)
            throw Fault($"its entry is a JSON {value.ValueKind}, but an object with dtype, shape and data_offsets is wanted.");
        if (!value.TryGetProperty("dtype", out JsonElement dtype) || dtype.ValueKind != JsonValueKind.String)
            throw Fault("dtype is missing or no string.");
        if (!SafetensorsTypes.TryParse(dtype.GetString()!, out var type, out int size))
            throw Fault($"dtype is '{dtype.GetString()}', but only {SafetensorsTypes.Names} are supported.");
        long[] shape = Integers(value, "shape") ?? throw Fault("shape is missing or no list of whole numbers from 0 up.");
        long[] offsets = Integers(value, "data_offsets") ?? throw Fault("data_offsets is missing or no list of whole numbers from 0 up.");
        if (offsets.Length != 2 || offsets[1] < offsets[0])
            throw Fault($"data_offsets is [{string.Join(", ", offsets)}], but a start and an end not before it are wanted.");

        UInt128 bytes = (UInt128)size;
        foreach (long dimension in shape)
            if ((bytes *= (UInt128)dimension) > long.MaxValue)
                throw Fault($"shape [{string.Join(", ", shape)}] of {dtype.GetString()} is larger than any file.");
        if (bytes != (UInt128)(offsets[1] - offsets[0]))
            throw Fault($"data_offsets span {offsets[1] - offsets[0]:N0} bytes, but shape [{string.Join(", ", shape)}] of {dtype.GetString()} takes {bytes:N0}.");
        if (offsets[1] > long.MaxValue - dataStart)
            throw Fault($"data_offsets end at {offsets[1]:N0}, larger than any file.");
        return new SafetensorsEntry(property.Name, type, shape, dataStart + offsets[0], dataStart + offsets[1]);
    }

    private static long[]? Integers(JsonElement owner, string key)
    {
        if (!owner.TryGetProperty(key, out JsonElement list) || list.ValueKind != JsonValueKind.Array)
            return null;
        var numbers = new long[list.GetArrayLength()];
        for (int i = 0; i < numbers.Length; i++)
            if (list[i].ValueKind != JsonValueKind.Number || !list[i].TryGetInt64(out numbers[i]) || numbers[i] < 0)
                return null;
        return numbers;
    }

    // The format wants the data wholly covered: no overlap, no hole, nothing after the last tensor.
    private static void RequireGapless(string path, IEnumerable<SafetensorsEntry> entries, long dataStart, long fileBytes)
    {
        long at = dataStart;
        string previous = "the header";
        foreach (SafetensorsEntry entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != at)
                throw new CheckpointException($"{path}: tensor '{entry.Name}' starts at byte {entry.Begin - dataStart:N0} of the data, but {previous} ends at {at - dataStart:N0}: tensors may neither overlap nor leave holes.");
            (at, previous) = (entry.End, $"tensor '{entry.Name}'");
            if (at > fileBytes)
                throw new CheckpointException($"{path}: the file is truncated: {previous} ends at byte {at:N0}, but the file has {fileBytes:N0}. Download or copy it again.");
        }
        if (at != fileBytes)
            throw new CheckpointException($"{path}: the file has {fileBytes:N0} bytes, but its last tensor ends at {at:N0}: {fileBytes - at:N0} bytes belong to no tensor.");
    }
}
