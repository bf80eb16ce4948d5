namespace Plumbline.Core.Losses;

/// <summary>The policy losses by the name that recipes use (TRL's <c>loss_type</c>). A new loss is a new file and a line here.</summary>
public static class PolicyLosses
{
    private static readonly SortedDictionary<string, PolicyLoss> ByName = new(StringComparer.Ordinal)
    {
        ["grpo"] = GrpoLoss.Compute,
        ["bnpo"] = BnpoLoss.Compute,
        ["dr_grpo"] = DrGrpoLoss.Compute,
        ["dapo"] = DapoLoss.Compute,
        ["cispo"] = CispoLoss.Compute,
        ["sapo"] = SapoLoss.Compute,
        ["luspo"] = LuspoLoss.Compute,
        ["vespo"] = VespoLoss.Compute,
    };

    /// <summary>All names, in alphabetical order.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>The loss of that name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static PolicyLoss Get(string name) =>
        ByName.TryGetValue(name, out PolicyLoss? loss)
            ? loss
            : throw new ArgumentException($"loss_type is '{name}', but the losses are {string.Join(", ", Names)}. Choose one of them.", nameof(name));
}
