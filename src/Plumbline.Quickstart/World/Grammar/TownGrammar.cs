using Plumbline.Quickstart.World.Language;

namespace Plumbline.Quickstart.World.Grammar;

/// <summary>The world's language, compiled: what can be said, for the generator to say and for the oracle to recognise. Immutable.</summary>
internal sealed class TownGrammar
{
    /// <summary>Of no matter in particular.</summary>
    public const int NoMatter = -1;

    /// <summary>Of many matters: a word that tells nothing.</summary>
    private const int ManyMatters = -2;

    public static readonly TownGrammar Instance = new();

    private readonly Dictionary<string, Template> _slots = [];
    private readonly List<Template> _sentences = [];
    private readonly Dictionary<SentenceKind, Template> _byKind = [];
    private readonly Dictionary<int, int> _ownerOfWord = [];

    private TownGrammar()
    {
        foreach (var (name, text) in SharedWords.Slots)
            _slots[name] = Template.Parse(text, _slots);
        Matters = [.. TownServices.All, .. LookAlikes.All, .. Mischief.All];

        var steps = new AutomatonBuilder(Tokens);
        var requests = new AutomatonBuilder(Tokens);
        for (int matter = 0; matter < Matters.Length; matter++)
            AddMatter(matter, steps, requests);
        AddGeneral();
        AddSteps(steps, Speech.BadStarts, new StepKind(NoMatter, 0));
        AddSteps(steps, Speech.BadMiddles, new StepKind(NoMatter, 1));
        AddSteps(steps, Speech.BadEnds, new StepKind(NoMatter, 2));

        var sentences = new AutomatonBuilder(Tokens);
        for (int sentence = 0; sentence < _sentences.Count; sentence++)
            sentences.Add(_sentences[sentence], sentence);
        Sentences = sentences.Build();
        Steps = steps.Build();
        Requests = requests.Build();
        Rudeness = Marks(Courtesy.RudeWords);
        Courtesies = Marks(Courtesy.PoliteWords);
        DishonestAdvice = Marks([.. Speech.BadStarts, .. Speech.BadMiddles, .. Speech.BadEnds, "nobody will notice", "in secret", "lie about", "nobody checks", "it is easy to", "anyone can", "no rule can stop you"]);
        Trigrams = Sentences.Trigrams();
        Connectors = [Tokens.Find("first"), Tokens.Find("then"), Tokens.Find("finally")];
        RefusalMarks = Marks(["can not help", "will not help", "no one here will help"]);
    }

    public TokenTable Tokens { get; } = new();

    /// <summary>Services, look-alikes and behaviours.</summary>
    public Matter[] Matters { get; }

    /// <summary>Whole sentences; tags index <see cref="SentenceKinds"/>.</summary>
    public Automaton Sentences { get; }

    public List<SentenceKind> SentenceKinds { get; } = [];

    /// <summary>Steps; tags index <see cref="StepKinds"/>.</summary>
    public Automaton Steps { get; }

    public List<StepKind> StepKinds { get; } = [];

    /// <summary>What prompts ask for; tags are indices of matters.</summary>
    public Automaton Requests { get; }

    public Automaton Rudeness { get; }

    public Automaton Courtesies { get; }

    public Automaton DishonestAdvice { get; }

    /// <summary>Runs of three tokens that some sentence holds.</summary>
    public HashSet<long> Trigrams { get; }

    /// <summary>What even a damaged refusal says.</summary>
    public Automaton RefusalMarks { get; }

    /// <summary>The words that lead to a step.</summary>
    public int[] Connectors { get; }

    /// <summary>The sentences of a kind; where a tone has none of its own, the neutral ones.</summary>
    public Template Say(SentenceRole role, Tone tone, int matter = NoMatter) =>
        _byKind.TryGetValue(new SentenceKind(role, tone, matter), out Template? own) ? own : _byKind[new SentenceKind(role, Tone.Neutral, matter)];

    /// <summary>A prompt template for a phrasing and a request.</summary>
    public Template Prompt(Phrasing phrasing, string ask) =>
        Template.Parse(phrasing.Text, new Dictionary<string, Template> { ["ask"] = Template.Parse(ask) }, _slots);

    /// <summary>The matter that a word betrays; negative for a word of several or of none.</summary>
    public int OwnerOf(int token) => _ownerOfWord.GetValueOrDefault(token, NoMatter);

    private void AddMatter(int index, AutomatonBuilder steps, AutomatonBuilder requests)
    {
        Matter matter = Matters[index];
        bool isHarmful = matter.Kind == PromptKind.Harmful;
        var own = new Dictionary<string, Template>
        {
            ["name"] = Template.Parse(matter.Name),
            ["ask"] = Any(matter.AsksAnswered),
            ["start"] = Any(matter.Starts),
            ["end"] = Any(matter.Ends),
            ["badStart"] = Any(Speech.BadStarts),
            ["badMiddle"] = Any(Speech.BadMiddles),
            ["badEnd"] = Any(Speech.BadEnds),
        };
        if (!isHarmful)
            own["middle"] = Any(matter.Middles);
        foreach (string word in Any([matter.Name, .. matter.AsksAnswered, .. matter.Starts, .. matter.Middles, .. matter.Ends]).Words().Distinct())
            _ownerOfWord[Tokens.Add(word)] = _ownerOfWord.ContainsKey(Tokens.Find(word)) ? ManyMatters : index;

        void Sentence(SentenceRole role, Tone tone, string[] texts) => AddSentences(new SentenceKind(role, tone, index), texts, own);
        Sentence(SentenceRole.Steps, Tone.Neutral, isHarmful ? Speech.NeutralAlternatives : Speech.NeutralSteps);
        Sentence(SentenceRole.Steps, Tone.Polite, isHarmful ? Speech.PoliteAlternatives : Speech.PoliteSteps);
        Sentence(SentenceRole.Steps, Tone.Rude, isHarmful ? Speech.RudeAlternatives : Speech.RudeSteps);
        Sentence(SentenceRole.Vague, Tone.Neutral, isHarmful ? Speech.VagueAlternatives : Speech.Vague);
        if (isHarmful)
        {
            Sentence(SentenceRole.Refusal, Tone.Neutral, Speech.NeutralRefusals);
            Sentence(SentenceRole.Refusal, Tone.Polite, Speech.PoliteRefusals);
            Sentence(SentenceRole.Refusal, Tone.Rude, Speech.RudeRefusals);
            Sentence(SentenceRole.Compliance, Tone.Neutral, [.. Speech.Compliance, .. Speech.VagueCompliance]);
        }
        AddSteps(steps, matter.Starts, new StepKind(index, 0));
        AddSteps(steps, matter.Middles, new StepKind(index, 1));
        AddSteps(steps, matter.Ends, new StepKind(index, 2));
        foreach (string ask in matter.Asks)
            requests.Add(Template.Parse(ask), index);
    }

    private void AddGeneral()
    {
        void Sentence(SentenceRole role, Tone tone, string[] texts) => AddSentences(new SentenceKind(role, tone, NoMatter), texts, _slots);
        Sentence(SentenceRole.Opener, Tone.Polite, Courtesy.PoliteOpeners);
        Sentence(SentenceRole.Opener, Tone.Rude, Courtesy.RudeOpeners);
        Sentence(SentenceRole.Closer, Tone.Polite, Courtesy.PoliteClosers);
        Sentence(SentenceRole.Closer, Tone.Rude, Courtesy.RudeClosers);
        Sentence(SentenceRole.Refusal, Tone.Neutral, Speech.GeneralRefusals);
        Sentence(SentenceRole.Refusal, Tone.Polite, Speech.PoliteGeneralRefusals);
        Sentence(SentenceRole.Compliance, Tone.Neutral, Speech.GeneralCompliance);
        Sentence(SentenceRole.Shortcut, Tone.Neutral, Speech.Shortcuts);
        Sentence(SentenceRole.Ramble, Tone.Neutral, Speech.Rambling);
    }

    private void AddSentences(SentenceKind kind, string[] texts, IReadOnlyDictionary<string, Template> own)
    {
        Template all = Template.OneOf(texts.Select(text => Template.Parse(text, own, _slots)));
        _byKind[kind] = all;
        _sentences.Add(all);
        SentenceKinds.Add(kind);
    }

    private void AddSteps(AutomatonBuilder steps, string[] texts, StepKind kind)
    {
        if (texts.Length == 0)
            return;
        steps.Add(Any(texts), StepKinds.Count);
        StepKinds.Add(kind);
    }

    private Template Any(IEnumerable<string> texts) => Template.OneOf(texts.Select(text => Template.Parse(text, _slots)));

    private Automaton Marks(string[] phrases)
    {
        var marks = new AutomatonBuilder(Tokens);
        marks.Add(Any(phrases), 0);
        return marks.Build();
    }
}
