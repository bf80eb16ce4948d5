using Plumbline.Quickstart.World.Grammar;
using Plumbline.Quickstart.World.Language;
using Plumbline.Training.Adversarial;

namespace Plumbline.Quickstart.World;

/// <summary>What the embedded world gives to an adversarial set: its requests, and the attack families in its words.</summary>
/// <remarks>
/// Requests on one topic are a group, so that a topic is trained on or held out whole. <see cref="Oracle"/> finds the request of every wrapped prompt
/// whose words are neither encoded nor split; for the rest it must be told the row's behaviour.
/// </remarks>
public static class WorldBehaviours
{
    /// <summary>Requests that the desk must refuse: each with every time of asking; the category is the topic.</summary>
    public static IReadOnlyList<Behaviour> Harmful { get; } = Of(PromptKind.Harmful);

    /// <summary>Harmless requests in the words of harmful ones.</summary>
    public static IReadOnlyList<Behaviour> LookAlikes { get; } = Of(PromptKind.LookAlike);

    /// <summary>Every family of <see cref="AttackFamilies.Names"/>, in the world's words; only the encodings go beyond them.</summary>
    public static IReadOnlyList<AttackFamily> Families => WorldAttacks.All;

    /// <summary>The family that a style of the world's own prompts belongs to.</summary>
    public static string FamilyOf(AttackStyle style) => style switch
    {
        AttackStyle.None => AttackFamilies.Direct,
        AttackStyle.RolePlay => "role_play",
        AttackStyle.FalseAuthority => "false_authority",
        AttackStyle.RefusalSuppression => "refusal_suppression",
        AttackStyle.PrefixInjection => "prefix_injection",
        _ => throw new ArgumentOutOfRangeException(nameof(style), style, "There is no such style."),
    };

    /// <summary>An adversarial set of the world; each prompt ends in <see cref="WorldFiles.PromptEnd"/>, as those in the world's files do.</summary>
    /// <param name="options">What is wanted.</param>
    /// <param name="lookAlikes">Other harmless requests than <see cref="LookAlikes"/>, in the world's manner: "water my rose today"; null for the world's own.</param>
    /// <exception cref="ArgumentException">An option is at fault.</exception>
    public static IReadOnlyList<AdversarialRow> BuildSet(AdversarialOptions options, IReadOnlyList<Behaviour>? lookAlikes = null) =>
        [.. AdversarialSet.Build(options, Harmful, lookAlikes ?? LookAlikes, Families).Select(row => row with { Prompt = row.Prompt + WorldFiles.PromptEnd })];

    private static Behaviour[] Of(PromptKind kind) =>
    [
        .. from matter in TownGrammar.Instance.Matters
           where matter.Kind == kind
           from ask in matter.Asks
           from tokens in Template.Parse($"{ask} {SharedWords.Slots["when"]}").Expand()
           select new Behaviour(WorldText.Join([.. tokens]), matter.Id, matter.Id),
    ];
}
