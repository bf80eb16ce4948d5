using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Experiments.Results;

/// <summary>Records as JSON files: snake_case keys, enum words in snake_case, values that are not finite as null.</summary>
/// <remarks>Serves the whole result and its parts, so that an arm already done can be kept in a file of its own.</remarks>
public static class ResultFile
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new NotFiniteAsNull() },
    };

    /// <summary>Writes a record, whole or not at all.</summary>
    /// <exception cref="RunFolderException">The file cannot be written.</exception>
    public static void Write<T>(string path, T record) =>
        WholeFile.Write(path, stream =>
        {
            JsonSerializer.Serialize(stream, record, Layout);
            stream.WriteByte((byte)'\n');
        });

    /// <summary>Reads a record that <see cref="Write{T}"/> wrote; null numbers become NaN.</summary>
    /// <exception cref="RunFolderException">The file is absent, or holds something else; the message says where.</exception>
    public static T Read<T>(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return JsonSerializer.Deserialize<T>(stream, Layout) ?? throw new JsonException("It holds null.");
        }
        catch (JsonException damaged)
        {
            throw new RunFolderException($"{path} is no {typeof(T).Name}: {damaged.Message} Remove it and run again, and it will be made anew.", damaged);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RunFolderException($"{path} cannot be read: {failure.Message} Check the path and its permissions.", failure);
        }
    }

    private sealed class NotFiniteAsNull : JsonConverter<double>
    {
        public override bool HandleNull => true;

        public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }
}
