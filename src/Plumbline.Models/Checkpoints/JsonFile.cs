using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints;

/// <summary>JSON files as the Hugging Face libraries write them: an object, indented by two, keys sorted.</summary>
internal static class JsonFile
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <exception cref="CheckpointException">The file cannot be read or is no JSON object.</exception>
    public static JsonObject Read(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(path), documentOptions: Strict) as JsonObject
                ?? throw new CheckpointException($"{path}: a JSON object is wanted.");
        }
        catch (JsonException fault)
        {
            throw new CheckpointException($"{path}: is not valid JSON: {fault.Message}", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{path}: cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>Stages the object, its top-level keys sorted.</summary>
    public static void Stage(StagedFiles staged, string path, JsonObject json)
    {
        var sorted = new JsonObject(json.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(sorted, Layout);
        staged.Add(path, bytes.Length + 1, stream =>
        {
            stream.Write(bytes);
            stream.WriteByte((byte)'\n');
        });
    }

    /// <summary>The value on one line, letters of every script as they are.</summary>
    public static string Text(JsonNode node) => node.ToJsonString(OneLine);

    /// <summary>A number that Python reads as an integer where it is whole, as typed configurations demand of some keys.</summary>
    public static JsonNode Whole(double value) => value == Math.Floor(value) && Math.Abs(value) < int.MaxValue ? JsonValue.Create((int)value) : Float(value);

    /// <summary>A number that Python reads as a float, as transformers' typed configurations demand: 1.0, not 1.</summary>
    public static JsonNode Float(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return JsonNode.Parse(text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text)!;
    }
}
