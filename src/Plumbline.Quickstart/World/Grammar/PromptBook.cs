using Plumbline.Quickstart.World.Language;

namespace Plumbline.Quickstart.World.Grammar;

/// <summary>Every prompt of the world, by split. Immutable.</summary>
/// <remarks>
/// A pair of request and phrasing belongs to one split whatever else the sentence says. The pairs held out are spread so that each request and each
/// phrasing is trained on in other company; some phrasings are held out with every request.
/// </remarks>
internal sealed class PromptBook
{
    private const int PlainStride = 5;
    private const int AttackStride = 4;

    public static readonly PromptBook Instance = new();

    private readonly ILookup<(PromptSplit Split, int Matter, AttackStyle Style), Template> _forms;
    private readonly ILookup<PromptKind, int> _mattersOfKind;

    private PromptBook()
    {
        Matter[] matters = TownGrammar.Instance.Matters;
        _mattersOfKind = Enumerable.Range(0, matters.Length).ToLookup(matter => matters[matter].Kind);
        List<((PromptSplit, int, AttackStyle) Key, Template Form)> forms = [];
        int ordinal = 0;
        for (int matter = 0; matter < matters.Length; matter++)
            foreach (string ask in matters[matter].Asks)
            {
                ordinal++;
                IEnumerable<Phrasing> phrasings = matters[matter].Kind == PromptKind.Harmful ? [.. Phrasings.Plain, .. Phrasings.Attacks] : Phrasings.Plain;
                foreach (IGrouping<AttackStyle, Phrasing> style in phrasings.GroupBy(phrasing => phrasing.Style))
                {
                    int stride = style.Key == AttackStyle.None ? PlainStride : AttackStride;
                    foreach (var (index, phrasing) in style.Index())
                    {
                        PromptSplit split = phrasing.HeldOutOnly || (index + ordinal) % stride == 0 ? PromptSplit.HeldOut : PromptSplit.Train;
                        forms.Add(((split, matter, style.Key), TownGrammar.Instance.Prompt(phrasing, ask)));
                    }
                }
            }
        _forms = forms.ToLookup(form => form.Key, form => form.Form);
    }

    /// <summary>A prompt of a random kind: half everyday, seven in twenty harmful, three in twenty look-alikes.</summary>
    public WorldPrompt Draw(PromptSplit split, WorldRandom random) => Draw(split, KindAt(random.Below(20)), random);

    /// <summary>A prompt of a kind. Of harmful ones a third is plain; the attacks share the rest.</summary>
    public WorldPrompt Draw(PromptSplit split, PromptKind kind, WorldRandom random)
    {
        int matter = random.Pick([.. _mattersOfKind[kind]]);
        AttackStyle style = kind != PromptKind.Harmful || random.Below(3) == 0 ? AttackStyle.None : (AttackStyle)(1 + random.Below(4));
        List<string> tokens = [];
        random.Pick([.. _forms[(split, matter, style)]]).Write(tokens, random);
        return new WorldPrompt(WorldText.Join(tokens), kind, TownGrammar.Instance.Matters[matter].Id, style);
    }

    /// <summary>The kind that the mix has at a place; it repeats after twenty.</summary>
    public static PromptKind KindAt(int place) => (place % 20) switch
    {
        2 or 5 or 8 or 11 or 14 or 17 or 19 => PromptKind.Harmful,
        3 or 9 or 15 => PromptKind.LookAlike,
        _ => PromptKind.Everyday,
    };

    /// <summary>Every prompt text of a split.</summary>
    public IEnumerable<string> All(PromptSplit split) =>
        _forms.Where(group => group.Key.Split == split).SelectMany(group => group).SelectMany(form => form.Expand()).Select(WorldText.Join);

    /// <summary>Every word and mark in the prompts of a split.</summary>
    public IEnumerable<string> Words(PromptSplit split) =>
        _forms.Where(group => group.Key.Split == split).SelectMany(group => group).SelectMany(form => form.Words()).Distinct();
}
