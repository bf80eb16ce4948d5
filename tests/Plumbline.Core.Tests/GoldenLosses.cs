using System.Text.Json;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Core.Tests;

/// <summary>Reads the golden numbers of losses; null in JSON becomes NaN.</summary>
internal static class GoldenLosses
{
    /// <summary>The files whose name begins so; none where the golden folder is absent.</summary>
    internal static IEnumerable<JsonElement> Files(string prefix)
    {
        string? folder = SharedFiles.Golden is { } golden ? Path.Combine(golden, "losses") : null;
        if (!Directory.Exists(folder))
            yield break;
        foreach (string path in Directory.GetFiles(folder, prefix + "*.json").Order(StringComparer.Ordinal))
            yield return JsonDocument.Parse(File.ReadAllText(path)).RootElement;
    }

    /// <summary>The rows, or one that says why there are none, so that an absent folder is seen and fails nothing.</summary>
    internal static IEnumerable<TheoryDataRow<string, string>> OrSkipped(IEnumerable<TheoryDataRow<string, string>> rows) =>
        rows.DefaultIfEmpty(new TheoryDataRow<string, string>("", "") { Skip = "golden numbers absent" });

    internal static Tensor Matrix(JsonElement rows)
    {
        float[][] values = rows.EnumerateArray().Select(Floats).ToArray();
        return torch.tensor(values.SelectMany(r => r).ToArray(), [values.Length, values[0].Length]);
    }

    internal static Tensor Vector(JsonElement values) => torch.tensor(Floats(values));

    internal static float[] Floats(JsonElement values) =>
        values.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Null ? float.NaN : v.GetSingle()).ToArray();

    internal static double? Optional(this JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
