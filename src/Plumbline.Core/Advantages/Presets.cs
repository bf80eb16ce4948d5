using Plumbline.Core.Divergences;

namespace Plumbline.Core.Advantages;

/// <summary>The presets by the name that recipes use.</summary>
public static class Presets
{
    private static readonly SortedDictionary<string, Preset> ByName = new(StringComparer.Ordinal)
    {
        ["trl"] = new Preset(GroupAdvantageOptions.Trl, K3Clamp.None),
        ["verl"] = new Preset(GroupAdvantageOptions.Verl, new K3Clamp(Input: 20, Output: 10)),
        ["nemo_rl"] = new Preset(GroupAdvantageOptions.NemoRl, new K3Clamp(Input: 20, Output: 10)),
        ["openrlhf"] = new Preset(GroupAdvantageOptions.OpenRlhf, new K3Clamp(Output: 10)),
    };

    /// <summary>All names, in alphabetical order.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>The preset of that name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static Preset Get(string name) =>
        ByName.TryGetValue(name, out Preset? preset)
            ? preset
            : throw new ArgumentException($"preset is '{name}', but the presets are {string.Join(", ", Names)}. Choose one of them.", nameof(name));
}
