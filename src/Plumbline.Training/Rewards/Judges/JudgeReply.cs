using System.Globalization;
using System.Text.Json;

namespace Plumbline.Training.Rewards.Judges;

/// <summary>What a judge replied, as scores.</summary>
internal static class JudgeReply
{
    /// <summary>Reads the marks out of a reply, which may stand in a fence, between words, or be followed by more.</summary>
    /// <returns>A score an objective in [0, 1]; NaN where the judge said null, null where it gave no mark on the scale.</returns>
    public static double?[] Read(string reply, IReadOnlyList<string> objectives, JudgeScale scale)
    {
        // Thoughts come before the answer, so that the last object with a mark counts.
        JsonElement? marks = Objects(reply).LastOrDefault(each => objectives.Any(name => Find(each, name) is not null));
        return [.. objectives.Select(name => marks is { ValueKind: JsonValueKind.Object } found && Find(found, name) is { } value ? Score(value, scale) : null)];
    }

    private static IEnumerable<JsonElement> Objects(string text)
    {
        for (int start = text.IndexOf('{'); start >= 0 && start < text.Length; start = text.IndexOf('{', start))
        {
            (JsonElement? found, int length) = Object(text[start..]);
            if (found is { } value)
                yield return value;
            start += length;
        }
    }

    // The object that begins a text, and its length; 1 where there is none.
    private static (JsonElement? Value, int Length) Object(string text)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, AllowMultipleValues = true });
        try
        {
            return JsonElement.TryParseValue(ref reader, out JsonElement? value)
                ? (value, System.Text.Encoding.UTF8.GetCharCount(bytes, 0, (int)reader.BytesConsumed))
                : (null, 1);
        }
        catch (JsonException)
        {
            return (null, 1);
        }
    }

    private static JsonElement? Find(JsonElement marks, string name)
    {
        foreach (JsonProperty field in marks.EnumerateObject())
            if (string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase))
                return field.Value;
        return null;
    }

    private static double? Score(JsonElement value, JudgeScale scale) => value.ValueKind switch
    {
        JsonValueKind.Null => double.NaN,
        JsonValueKind.Number => scale.Score(value.GetDouble()),
        JsonValueKind.String when double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => scale.Score(number),
        // {"score": 4, "reason": "..."}
        JsonValueKind.Object when Find(value, "score") is { ValueKind: JsonValueKind.Number } inner => scale.Score(inner.GetDouble()),
        _ => null,
    };
}
