using System.Text.Json;
using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat;

/// <summary>JSON as values of a template.</summary>
internal static class JsonValues
{
    /// <summary>A turn: all its fields where they are known.</summary>
    internal static object? Of(ChatMessage message) =>
        message.Source is { } source ? Of(source) : new Mapping { ["role"] = message.Role, ["content"] = message.Content };

    /// <summary>A value of JSON.</summary>
    internal static object? Of(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var mapping = new Mapping();
                foreach (JsonProperty member in json.EnumerateObject())
                    mapping[member.Name] = Of(member.Value);
                return mapping;
            case JsonValueKind.Array:
                return new Sequence([.. json.EnumerateArray().Select(Of)]);
            case JsonValueKind.String:
                return json.GetString();
            case JsonValueKind.Number:
                return json.GetRawText().AsSpan().IndexOfAny(".eE") < 0 && json.TryGetInt64(out long whole) ? (object)whole : json.GetDouble();
            default:
                return json.ValueKind == JsonValueKind.Null ? null : json.GetBoolean();
        }
    }
}
