namespace Plumbline.Quickstart.World.Grammar;

/// <summary>A finite set of phrases written as one: words, inline choices "[a|b c|]", and named slots "{street}".</summary>
internal sealed class Template
{
    private readonly string? _word;
    private readonly Template[] _parts;

    private Template(string? word, Template[] parts, bool isChoice)
    {
        _word = word;
        _parts = parts;
        IsChoice = isChoice;
    }

    private bool IsChoice { get; }

    /// <summary>Reads a template; a slot's name is looked up in <paramref name="slots"/>, first dictionary first.</summary>
    /// <exception cref="FormatException">A slot is unknown or a bracket is not closed.</exception>
    public static Template Parse(string text, params IReadOnlyDictionary<string, Template>[] slots)
    {
        int at = 0;
        Template parsed = ParseSequence(text, ref at, slots);
        return at == text.Length ? parsed : throw new FormatException($"Template '{text}' has a stray '{text[at]}' at {at}.");
    }

    public static Template OneOf(IEnumerable<Template> templates) => new(null, [.. templates], isChoice: true);

    /// <summary>Appends the tokens of one phrase, each choice equally likely.</summary>
    public void Write(List<string> tokens, WorldRandom random)
    {
        if (_word is not null)
            tokens.Add(_word);
        else if (IsChoice)
            _parts[random.Below(_parts.Length)].Write(tokens, random);
        else
            foreach (Template part in _parts)
                part.Write(tokens, random);
    }

    /// <summary>Every phrase of the set, as tokens; a phrase that two choices make comes twice.</summary>
    public IEnumerable<string[]> Expand()
    {
        if (_word is not null)
            return [[_word]];
        if (IsChoice)
            return _parts.SelectMany(part => part.Expand());
        IEnumerable<string[]> phrases = [[]];
        foreach (Template part in _parts)
            phrases = phrases.SelectMany(_ => part.Expand(), (head, tail) => (string[])[.. head, .. tail]);
        return phrases;
    }

    /// <summary>How many phrases <see cref="Expand"/> makes.</summary>
    public long Count() =>
        _word is not null ? 1 : IsChoice ? _parts.Sum(part => part.Count()) : _parts.Aggregate(1L, (count, part) => count * part.Count());

    /// <summary>Every word that occurs in a phrase of the set.</summary>
    public IEnumerable<string> Words() => _word is not null ? [_word] : _parts.SelectMany(part => part.Words());

    /// <summary>Adds the set to an automaton under construction; returns the state in which its phrases end.</summary>
    public int Compile(AutomatonBuilder builder, int from)
    {
        if (_word is not null)
            return builder.Step(from, _word);
        if (!IsChoice)
            return _parts.Aggregate(from, (state, part) => part.Compile(builder, state));
        int end = builder.NewState();
        foreach (Template part in _parts)
            builder.Link(part.Compile(builder, from), end);
        return end;
    }

    private static Template ParseSequence(string text, ref int at, IReadOnlyDictionary<string, Template>[] slots)
    {
        List<Template> parts = [];
        while (at < text.Length && text[at] is not ('|' or ']'))
        {
            if (text[at] == ' ')
                at++;
            else if (text[at] == '{')
                parts.Add(ParseSlot(text, ref at, slots));
            else if (text[at] == '[')
                parts.Add(ParseChoice(text, ref at, slots));
            else
                parts.Add(ParseWord(text, ref at));
        }
        return new Template(null, [.. parts], isChoice: false);
    }

    private static Template ParseWord(string text, ref int at)
    {
        int start = at++;
        if (WorldText.IsWordPart(text[start]))
            while (at < text.Length && WorldText.IsWordPart(text[at]))
                at++;
        return new Template(text[start..at], [], isChoice: false);
    }

    private static Template ParseSlot(string text, ref int at, IReadOnlyDictionary<string, Template>[] slots)
    {
        int close = text.IndexOf('}', at);
        string name = close < 0 ? throw new FormatException($"Template '{text}' does not close its '{{'.") : text[(at + 1)..close];
        at = close + 1;
        foreach (IReadOnlyDictionary<string, Template> known in slots)
            if (known.TryGetValue(name, out Template? template))
                return template;
        throw new FormatException($"Template '{text}' names the slot '{name}', which is not defined.");
    }

    private static Template ParseChoice(string text, ref int at, IReadOnlyDictionary<string, Template>[] slots)
    {
        List<Template> choices = [];
        do
        {
            at++;
            choices.Add(ParseSequence(text, ref at, slots));
        }
        while (at < text.Length && text[at] == '|');
        if (at == text.Length)
            throw new FormatException($"Template '{text}' does not close its '['.");
        at++;
        return OneOf(choices);
    }
}
