using System.Text.Json;

namespace Plumbline.Training.Rewards.Remote;

/// <summary>What a reward server answers.</summary>
/// <remarks>
/// <c>{"rewards": R}</c> (or <c>"scores"</c>), where R is a number a row (one objective), a list a row (the objectives in their order), an
/// object a row (by name), or an object of lists (by name, a number a row). null where an objective does not apply.
/// </remarks>
internal static class HttpRewardReply
{
    /// <summary>Reads an answer.</summary>
    /// <returns>[row][objective], NaN for null.</returns>
    /// <exception cref="FormatException">It is none of these, or of other rows or objectives than asked for.</exception>
    public static double[][] Read(JsonElement reply, IReadOnlyList<string> objectives, int rows)
    {
        JsonElement rewards = Rewards(reply);
        if (rewards.ValueKind == JsonValueKind.Object)
        {
            double[][] columns = [.. objectives.Select(name => Items(Named(rewards, name, "rewards"), rows, $"rewards.{name}").Select((item, i) => Number(item, $"rewards.{name}[{i}]")).ToArray())];
            return [.. Enumerable.Range(0, rows).Select(i => columns.Select(column => column[i]).ToArray())];
        }
        return [.. Items(rewards, rows, "rewards").Select((item, i) => Row(item, objectives, $"rewards[{i}]"))];
    }

    private static JsonElement Rewards(JsonElement reply) =>
        reply.ValueKind != JsonValueKind.Object ? throw new FormatException($"it is {Kind(reply)}, not {{\"rewards\": ...}}.")
        : reply.TryGetProperty("rewards", out JsonElement rewards) || reply.TryGetProperty("scores", out rewards) ? rewards
        : throw new FormatException($"there is no \"rewards\" in it; it has {Names(reply)}.");

    private static double[] Row(JsonElement row, IReadOnlyList<string> objectives, string place) => row.ValueKind switch
    {
        JsonValueKind.Object => [.. objectives.Select(name => Number(Named(row, name, place), $"{place}.{name}"))],
        JsonValueKind.Array => [.. Items(row, objectives.Count, place).Select((item, k) => Number(item, $"{place}[{k}]"))],
        _ when objectives.Count == 1 => [Number(row, place)],
        _ => throw new FormatException($"{place} is {Kind(row)}, but {objectives.Count} objectives were asked for: {string.Join(", ", objectives)}."),
    };

    private static JsonElement Named(JsonElement values, string name, string place) =>
        values.TryGetProperty(name, out JsonElement value) ? value : throw new FormatException($"{place} has no \"{name}\"; it has {Names(values)}.");

    private static JsonElement[] Items(JsonElement list, int count, string place) =>
        list.ValueKind != JsonValueKind.Array ? throw new FormatException($"{place} is {Kind(list)}, not a list.")
        : list.GetArrayLength() != count ? throw new FormatException($"{place} has {list.GetArrayLength()} items where {count} were asked for.")
        : [.. list.EnumerateArray()];

    private static double Number(JsonElement value, string place) => value.ValueKind switch
    {
        JsonValueKind.Null => double.NaN,
        JsonValueKind.Number when double.IsFinite(value.GetDouble()) => value.GetDouble(),
        _ => throw new FormatException($"{place} is {Kind(value)}, not a finite number or null."),
    };

    private static string Names(JsonElement values) => values.EnumerateObject().Select(field => field.Name).ToArray() is { Length: > 0 } names ? string.Join(", ", names) : "nothing";

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "a text",
        _ => value.GetRawText(),
    };
}
