using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints;

/// <summary>Typed reading of a JSON object that gathers every fault instead of stopping at the first.</summary>
/// <param name="json">The object.</param>
/// <param name="faults">Takes one sentence per fault.</param>
/// <param name="path">Prefix of its keys in messages, such as <c>rope_parameters.</c>.</param>
internal sealed class ConfigFields(JsonObject json, List<string> faults, string path = "")
{
    /// <summary>The object that is read.</summary>
    public JsonObject Json => json;

    /// <summary>Whether the key is there with a value other than null.</summary>
    public bool Has(string key) => json[key] is not null;

    /// <summary>Whether the key is there, be it null.</summary>
    public bool Names(string key) => json.ContainsKey(key);

    /// <summary>Adds a fault found by a comparison of several values.</summary>
    public void Fault(string text) => faults.Add(text);

    /// <summary>Faults gathered so far, by this reader and those that share its list.</summary>
    public int FaultCount => faults.Count;

    /// <summary>Tells every fault at once, where there is one.</summary>
    public static void ThrowIfAny(IReadOnlyList<string> faults, string file)
    {
        if (faults.Count > 0)
            throw new CheckpointException(faults.Count == 1 ? $"{file}: {faults[0]}." : $"{file} has {faults.Count} faults:{string.Concat(faults.Select(fault => $"\n  - {fault}"))}");
    }

    /// <summary>A whole number from 1 up; <paramref name="missing"/> where the key is absent or null, a fault if that is null too.</summary>
    public int Size(string key, int? missing = null, int most = int.MaxValue) => Whole(key, 1, missing, most);

    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public int Whole(string key, int least, int? missing, int most = int.MaxValue)
    {
        string wanted = most == int.MaxValue ? $"a whole number from {least} up is wanted" : $"a whole number from {least} to {most} is wanted";
        if (json[key] is not { } node)
        {
            if (missing is null)
                faults.Add($"{path}{key} is missing; {wanted}");
            return missing ?? least;
        }
        if (TryNumber(node) is { } number && number == Math.Floor(number) && number >= least && number <= most && node.ToJsonString().AsSpan().IndexOfAny('.', 'e', 'E') < 0)
            return (int)number;
        faults.Add($"{path}{key} is {Show(node)}; {wanted}");
        return missing ?? least;
    }

    /// <summary>A number above 0, or from 0 up where <paramref name="zero"/> is allowed.</summary>
    public double Number(string key, double? missing, bool zero = false)
    {
        string wanted = zero ? "a number from 0 up" : "a number above 0";
        if (json[key] is not { } node)
        {
            if (missing is null)
                faults.Add($"{path}{key} is missing; {wanted} is wanted");
            return missing ?? 1.0;
        }
        if (TryNumber(node) is { } number && double.IsFinite(number) && (number > 0 || (zero && number == 0)))
            return number;
        faults.Add($"{path}{key} is {Show(node)}; {wanted} is wanted");
        return missing ?? 1.0;
    }

    /// <summary>A number above 0, or null where the key is absent, null or 0.</summary>
    public double? Optional(string key) => Has(key) && Number(key, 1.0, zero: true) is > 0 and var number ? number : null;

    /// <summary>A boolean; <paramref name="missing"/> where the key is absent or null.</summary>
    public bool Flag(string key, bool missing)
    {
        if (json[key] is not { } node)
            return missing;
        if (node.GetValueKind() is JsonValueKind.True or JsonValueKind.False)
            return node.GetValueKind() == JsonValueKind.True;
        faults.Add($"{path}{key} is {Show(node)}; true or false is wanted");
        return missing;
    }

    /// <summary>A string; <paramref name="missing"/> where the key is absent or null.</summary>
    public string Text(string key, string missing)
    {
        if (json[key] is not { } node)
            return missing;
        if (node.GetValueKind() == JsonValueKind.String)
            return node.GetValue<string>();
        faults.Add($"{path}{key} is {Show(node)}; a string is wanted");
        return missing;
    }

    /// <summary>A list of strings, empty where the key is absent or null.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        if (json[key] is not { } node)
            return [];
        if (node is JsonArray list && list.All(item => item?.GetValueKind() == JsonValueKind.String))
            return [.. list.Select(item => item!.GetValue<string>())];
        faults.Add($"{path}{key} is {Show(node)}; a list of strings is wanted");
        return [];
    }

    /// <summary>A list of numbers above 0; a fault where the key is absent.</summary>
    public IReadOnlyList<double> Numbers(string key)
    {
        if (json[key] is JsonArray list && list.All(item => item is not null && TryNumber(item) is > 0))
            return [.. list.Select(item => TryNumber(item!)!.Value)];
        faults.Add($"{path}{key} is {(json[key] is { } node ? Show(node) : "missing")}; a list of numbers above 0 is wanted");
        return [];
    }

    /// <summary>Token ids, given as one number or a list; empty where the key is absent or null. Negative ids, an old spelling of none, are left out.</summary>
    public IReadOnlyList<int> Tokens(string key)
    {
        if (json[key] is not { } node)
            return [];
        var numbers = (node is JsonArray list ? list.ToArray() : [node]).Select(item => item is null ? null : TryNumber(item)).ToArray();
        if (numbers.All(number => number is { } id && id == Math.Floor(id) && Math.Abs(id) <= int.MaxValue))
            return [.. numbers.Select(number => (int)number!.Value).Where(id => id >= 0)];
        faults.Add($"{path}{key} is {Show(node)}; a token id or a list of them is wanted");
        return [];
    }

    /// <summary>The object under a key, its faults gathered with these; null where the key is absent, null, or (a fault) no object.</summary>
    public ConfigFields? Object(string key)
    {
        if (json[key] is not { } node)
            return null;
        if (node is JsonObject inner)
            return new ConfigFields(inner, faults, $"{path}{key}.");
        faults.Add($"{path}{key} is {Show(node)}; an object is wanted");
        return null;
    }

    /// <summary>A value as a message shows it, cut to a readable length.</summary>
    public static string Show(JsonNode node)
    {
        string text = JsonFile.Text(node);
        return text.Length <= 60 ? text : text[..57] + "...";
    }

    private static double? TryNumber(JsonNode node) =>
        node.GetValueKind() == JsonValueKind.Number && double.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
}
