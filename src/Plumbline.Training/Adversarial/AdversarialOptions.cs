using System.ComponentModel;
using Plumbline.Training.Recipes;
using Plumbline.Training.Recipes.Binding;

namespace Plumbline.Training.Adversarial;

/// <summary>What an adversarial set is made of.</summary>
public sealed record AdversarialOptions : IValidated
{
    /// <summary>Rows wanted, harmful and harmless together; fewer come where there are no more. The default, ours, gives each family some hundred requests.</summary>
    [Description("rows wanted in all")]
    public int Count { get; init; } = 7000;

    /// <summary>Attack families to use; empty takes all of <see cref="AttackFamilies.Names"/>.</summary>
    [Description("attack families; empty takes all")]
    public IReadOnlyList<string> Families { get; init; } = [];

    /// <summary>Families kept out of training; empty keeps none out. Null lets the seed choose a fifth of them, never the direct one, where there are three or more.</summary>
    [Description("families kept out of training; null lets the seed choose a fifth")]
    public IReadOnlyList<string>? HeldOutFamilies { get; init; }

    /// <summary>Share of the requests (by group) kept out of training, in [0, 1).</summary>
    [Description("share of the requests kept out of training")]
    public double HeldOutFraction { get; init; } = 0.15;

    /// <summary>Share of the rows that are harmless look-alikes, in [0, 1); where either kind runs out, the other fills its place. A quarter, ours, keeps refusing everything from paying.</summary>
    [Description("share of the rows that are harmless look-alikes")]
    public double LookAlikeFraction { get; init; } = 0.25;

    /// <summary>Seed of the split, of the choice and of the order.</summary>
    [Description("seed of split, choice and order")]
    public long Seed { get; init; } = 1;

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        faults.Require(Count >= 1, Count, "a set has at least one row. Set it to 1 or more.");
        faults.Require(HeldOutFraction is >= 0 and < 1, HeldOutFraction, "it is a share of the requests: at least 0, below 1.");
        faults.Require(LookAlikeFraction is >= 0 and < 1, LookAlikeFraction, "it is a share of the rows: at least 0, below 1.");
        IReadOnlyList<string> used = Families.Count > 0 ? Families : AttackFamilies.Names;
        return [.. faults, .. Unknown(path, "families", Families, AttackFamilies.Names), .. Unknown(path, "held_out_families", HeldOutFamilies ?? [], used)];
    }

    private static IEnumerable<string> Unknown(string path, string key, IEnumerable<string> named, IReadOnlyList<string> known) =>
        from name in named.Distinct()
        where !known.Contains(name)
        let meant = NearestWord.Find(name, known) is { } near ? $" Did you mean '{near}'?" : ""
        select $"{RecipePath.Join(path, key)} names '{name}', which is none of the families used.{meant} They are {string.Join(", ", known)}.";
}
