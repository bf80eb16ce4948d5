using System.Globalization;
using System.Text;
using Plumbline.Models.Tokens.Unicode;

namespace Plumbline.Models.Tokens.Pipeline.Patterns;

/// <summary>Reads a regular expression of Oniguruma's Ruby syntax, as tokenizer.json has it, into parts that .NET can run.</summary>
/// <remarks>
/// Told apart from .NET's syntax: possessive quantifiers (<c>?+ *+ ++</c>), a quantifier after <c>{n,m}</c>, scripts (<c>\p{Han}</c>), <c>\w</c> with every mark,
/// <c>\h</c>, code points (<c>\x{1F600}</c>), classes in classes and <c>&amp;&amp;</c>, <c>(?m)</c> for a dot that takes line breaks.
/// Source: doc/RE of kkos/oniguruma.
/// </remarks>
internal sealed class PatternReader
{
    // Oniguruma's table of Latin-1 counts the raised digits and the fractions as characters of a word.
    private static readonly (int First, int Last)[] LatinWordCharacters = [(0xB2, 0xB3), (0xB9, 0xB9), (0xBC, 0xBE)];

    private readonly string _text;
    private readonly List<Part> _parts = [];
    private int _at;

    private PatternReader(string text) => _text = text;

    /// <summary>A stretch of the pattern that .NET takes as it stands, or a class.</summary>
    private readonly record struct Part(string Text, CharacterClass? Class = null);

    /// <summary>The pattern for .NET, with the characters that stand for those beyond the basic plane.</summary>
    /// <exception cref="ArgumentException">The pattern has something that is not known here.</exception>
    internal static (string Pattern, StandIns StandIns) Translate(string pattern)
    {
        var reader = new PatternReader(pattern);
        reader.Read();
        var standIns = new StandIns(reader._parts.SelectMany(part => Nested(part.Class)));
        var translated = new StringBuilder();
        foreach (Part part in reader._parts)
            if (part.Class is { } set)
                set.Write(translated, standIns);
            else
                translated.Append(part.Text);
        return (translated.ToString(), standIns);
    }

    private static IEnumerable<CharacterClass> Nested(CharacterClass? set) => set is null ? [] : [set, .. Nested(set.Intersected)];

    private void Read()
    {
        var groups = new Stack<int>();
        int atom = 0; // where the part begins to which a quantifier belongs
        while (_at < _text.Length)
        {
            int here = _parts.Count;
            switch (_text[_at])
            {
                case '(':
                    groups.Push(here);
                    Add(Group());
                    break;
                case ')':
                    atom = groups.TryPop(out int opened) ? opened : here;
                    Add(")");
                    _at++;
                    break;
                case '[':
                    atom = here;
                    _at++;
                    _parts.Add(new("", Class()));
                    break;
                case '*' or '+' or '?':
                    Quantify(atom, _text[_at++].ToString());
                    break;
                case '{' when _text.IndexOf('}', _at) is var end and > 0 && _text[(_at + 1)..end].All(c => char.IsAsciiDigit(c) || c == ','):
                    string counts = _text[_at..(end + 1)];
                    _at = end + 1;
                    Count(atom, counts);
                    break;
                case '\\':
                    atom = here;
                    Escape();
                    break;
                case '|' or '^' or '$' or '.':
                    atom = here;
                    Add(_text[_at++].ToString());
                    break;
                default:
                    atom = here;
                    Literal(Character());
                    break;
            }
        }
    }

    // A possessive quantifier gives nothing back, which is what an atomic group does.
    private void Quantify(int atom, string quantifier)
    {
        if (Next('+'))
        {
            _parts.Insert(atom, new("(?>"));
            Add(quantifier + ")");
        }
        else
            Add(quantifier + (Next('?') ? "?" : ""));
    }

    // After {n,m} a + or * is a quantifier of its own.
    private void Count(int atom, string counts)
    {
        if (counts.StartsWith("{,", StringComparison.Ordinal))
            counts = "{0" + counts[1..];
        if (_at < _text.Length && _text[_at] is '+' or '*')
        {
            _parts.Insert(atom, new("(?:"));
            Add(counts + ")" + _text[_at++]);
        }
        else
            Add(counts + (Next('?') ? "?" : ""));
    }

    // (?:, (?=, (?!, (?>, (?<=, (?<!, (?<name>, (?i: and (?i). Ruby's (?m) is .NET's (?s); its ^ and $ always stand at line ends, for which RegexPattern sets Multiline.
    private string Group()
    {
        _at++;
        if (!Next('?'))
            return "(";
        int flags = _at;
        while (_at < _text.Length && (char.IsAsciiLetter(_text[_at]) || _text[_at] == '-'))
            _at++;
        string opening = "(?" + _text[flags.._at].Replace('m', 's');
        int kind = _at;
        if (Next('<') && !Next('=') && !Next('!'))
            _at = _text.IndexOf('>', _at) + 1;
        else if (_at == kind && _at < _text.Length && _text[_at] is ':' or '=' or '!' or '>')
            _at++;
        return _at < kind ? throw new ArgumentException("a group's name is not closed") : opening + _text[kind.._at];
    }

    private void Escape()
    {
        if (ClassOf(_text, ref _at) is { } set)
            _parts.Add(new("", set));
        else if (CodePoint() is { } code)
            Literal(code);
        else
        {
            Add(_text.Substring(_at, Math.Min(2, _text.Length - _at)));
            _at += 2;
        }
    }

    private void Literal(int code)
    {
        if (code < 0x80)
            Add(char.IsAsciiLetterOrDigit((char)code) || char.IsWhiteSpace((char)code) ? ((char)code).ToString() : "\\" + (char)code);
        else
            _parts.Add(new("", new() { Ranges = { (code, code) } }));
    }

    private CharacterClass Class()
    {
        var set = new CharacterClass { Negated = Next('^') };
        for (bool first = true; ; first = false)
        {
            if (_at >= _text.Length)
                throw new ArgumentException("a class [ is not closed");
            if (!first && Next(']'))
                return set;
            if (_text.AsSpan(_at).StartsWith("&&"))
            {
                _at += 2;
                set.Intersected = Rest();
                return set.Negated ? throw new ArgumentException("&& in a class that begins with ^ is not supported") : set;
            }
            if (_text.AsSpan(_at).StartsWith("[:"))
                Include(set, Posix());
            else if (Next('['))
                Include(set, Class());
            else if (_text[_at] == '\\' && ClassOf(_text, ref _at) is { } named)
                Include(set, named);
            else
            {
                int low = CodePoint() ?? Character();
                bool range = _at + 1 < _text.Length && _text[_at] == '-' && _text[_at + 1] is not ']' and not '[';
                if (range)
                    _at++;
                set.Ranges.Add((low, range ? CodePoint() ?? Character() : low));
            }
        }
    }

    // What stands after && up to the end of the class: often one class in brackets, which is then taken as it is.
    private CharacterClass Rest()
    {
        int start = _at;
        if (Next('['))
        {
            CharacterClass whole = Class();
            if (Next(']'))
                return whole;
            _at = start;
        }
        return Class();
    }

    private static void Include(CharacterClass set, CharacterClass inner)
    {
        if (inner.Intersected is not null)
            throw new ArgumentException("&& in a class in a class is not supported");
        if (!inner.Negated)
        {
            set.Names.AddRange(inner.Names);
            set.Ranges.AddRange(inner.Ranges);
        }
        else if (inner.Names.Count == 0)
            set.Ranges.AddRange(CodeRanges.Complement(inner.Ranges.Order()));
        else
            throw new ArgumentException("a class that begins with ^ in a class is not supported");
    }

    private CharacterClass Posix()
    {
        int end = _text.IndexOf(":]", _at, StringComparison.Ordinal);
        string name = end < 0 ? "" : _text[(_at + 2)..end];
        _at = end + 2;
        return name switch
        {
            "alpha" => new() { Names = { @"\p{L}\p{M}\p{Nl}" } },
            "digit" => new() { Names = { @"\p{Nd}" } },
            "alnum" => new() { Names = { @"\p{L}\p{M}\p{Nl}\p{Nd}" } },
            "upper" => new() { Names = { @"\p{Lu}" } },
            "lower" => new() { Names = { @"\p{Ll}" } },
            "space" => new() { Names = { @"\s" } },
            "punct" => new() { Names = { @"\p{P}$+<=>^`|~" } },
            _ => throw new ArgumentException($"the class [:{name}:] is not supported"),
        };
    }

    // \p{..}, \P{..}, \w, \W, \d, \D, \s, \S, \h, \H.
    private static CharacterClass? ClassOf(string text, ref int at)
    {
        if (at + 1 >= text.Length)
            return null;
        char kind = text[at + 1];
        if (kind is 'p' or 'P')
        {
            int end = text.IndexOf('}', at);
            if (end < at + 3 || text[at + 2] != '{')
                throw new ArgumentException($"\\{kind} stands without a name in braces");
            string name = text[(at + 3)..end];
            bool negated = (kind == 'P') != name.StartsWith('^');
            at = end + 1;
            return Property(name.TrimStart('^'), negated);
        }
        CharacterClass? set = char.ToLowerInvariant(kind) switch
        {
            'w' => Word(),
            'd' => new() { Names = { @"\p{Nd}" } },
            's' => new() { Names = { @"\s" } },
            'h' => new() { Names = { "0-9a-fA-F" } },
            _ => null,
        };
        if (set is null)
            return null;
        at += 2;
        if (kind is 'D' or 'S')
            return new() { Names = { kind == 'D' ? @"\P{Nd}" : @"\S" } };
        set.Negated = char.IsUpper(kind);
        return set;
    }

    private static CharacterClass Word()
    {
        var set = new CharacterClass { Names = { WordCharacters.Names } };
        set.Ranges.AddRange([.. WordCharacters.Enclosed, .. LatinWordCharacters]);
        return set;
    }

    private static CharacterClass Property(string name, bool negated)
    {
        var set = new CharacterClass();
        if (Scripts.Find(name) is { } script)
            set.Ranges.AddRange(negated ? CodeRanges.Complement(script) : script);
        else
            set.Names.Add($"\\{(negated ? 'P' : 'p')}{{{name}}}");
        return set;
    }

    // \x{1F600}, A, \x41 and the escaped control characters; anything else that is escaped in a class stands for itself.
    private int? CodePoint()
    {
        if (_text[_at] != '\\' || _at + 1 >= _text.Length)
            return null;
        string rest = _text[(_at + 1)..];
        int close = rest.IndexOf('}');
        (string digits, int length) = rest[0] switch
        {
            'x' when rest.StartsWith("x{", StringComparison.Ordinal) && close > 2 => (rest[2..close], close + 1),
            'x' when rest.Length > 2 => (rest[1..3], 3),
            'u' when rest.Length > 4 => (rest[1..5], 5),
            _ => ("", 0),
        };
        if (length > 0 && int.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int code))
        {
            _at += 1 + length;
            return code;
        }
        int? escaped = rest[0] switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'f' => '\f',
            'v' => '\v',
            'a' => '\a',
            'e' => '\u001B',
            var c when !char.IsAsciiLetterOrDigit(c) && !char.IsSurrogate(c) => c,
            _ => null,
        };
        if (escaped is not null)
            _at += 2;
        return escaped;
    }

    private int Character()
    {
        int code = char.ConvertToUtf32(_text, _at);
        _at += code < CodeRanges.FirstAstral ? 1 : 2;
        return code;
    }

    private bool Next(char expected)
    {
        if (_at >= _text.Length || _text[_at] != expected)
            return false;
        _at++;
        return true;
    }

    private void Add(string text) => _parts.Add(new(text));
}
