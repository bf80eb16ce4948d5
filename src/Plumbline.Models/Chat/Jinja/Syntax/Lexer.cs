using System.Text.RegularExpressions;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>Cuts a template into tokens, with the treatment of white space that transformers asks of Jinja: trim_blocks and lstrip_blocks.</summary>
/// <remarks>
/// A line break right after a statement or comment is dropped, and so is the indentation of a line that begins with one; a minus inside the mark
/// drops all white space on its side, a plus keeps what would be dropped. One line break at the template's end is dropped.
/// Source: lexer.py of pallets/jinja 3.1.
/// </remarks>
internal sealed partial class Lexer
{
    private static readonly string[] Operators =
        ["**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", ".", ",", ":", "|", "(", ")", "[", "]", "{", "}"];

    private readonly string _source;
    private readonly List<Token> _tokens = [];
    private readonly Stack<char> _open = [];
    private int _at, _line = 1;

    private Lexer(string source) => _source = source;

    /// <summary>The tokens of a template, the last of them its end.</summary>
    /// <exception cref="JinjaException">A mark is not closed, or a character has no meaning; the message names the line.</exception>
    internal static IReadOnlyList<Token> Read(string source)
    {
        string text = source.ReplaceLineEndings("\n");
        var lexer = new Lexer(text.EndsWith('\n') ? text[..^1] : text);
        lexer.Run();
        return lexer._tokens;
    }

    private void Run()
    {
        while (_at < _source.Length)
        {
            int mark = NextMark(_at);
            AddText(mark);
            if (mark == _source.Length)
                break;
            if (RawStart().Match(_source, mark) is { Success: true } raw && raw.Index == mark)
                Raw(raw);
            else if (_source[mark + 1] == '#')
                Comment();
            else
                Tag(_source[mark + 1] == '{');
        }
        Add(TokenKind.End, "");
    }

    private int NextMark(int from)
    {
        for (int at = _source.IndexOf('{', from); at >= 0 && at + 1 < _source.Length; at = _source.IndexOf('{', at + 1))
            if (_source[at + 1] is '{' or '%' or '#')
                return at;
        return _source.Length;
    }

    // The text up to a mark, less the white space that the mark drops.
    private void AddText(int mark)
    {
        string text = _source[_at..mark];
        if (mark < _source.Length)
            text = Stripped(text, At(mark + 2), isOutput: _source[mark + 1] == '{');
        if (text.Length > 0)
            Add(TokenKind.Text, text);
        MoveTo(mark);
    }

    private string Stripped(string text, char sign, bool isOutput)
    {
        if (sign == '-')
            return text.TrimEnd();
        if (sign == '+' || isOutput)
            return text;
        int line = text.LastIndexOf('\n') + 1;
        bool startsLine = line > 0 || _at == 0 || _source[_at - 1] == '\n';
        return startsLine && string.IsNullOrWhiteSpace(text[line..]) ? text[..line] : text;
    }

    private void Raw(Match start)
    {
        Match end = RawEnd().Match(_source, start.Index + start.Length);
        if (!end.Success)
            throw Fault("'{% raw %}' is not closed by '{% endraw %}'.");
        string text = _source[(start.Index + start.Length)..end.Index];
        _at = start.Index + start.Length;
        text = Stripped(text, end.Groups["sign"].ValueSpan is [var sign] ? sign : ' ', isOutput: false);
        if (text.Length > 0)
            Add(TokenKind.Text, text);
        _line += start.ValueSpan.Count('\n');
        MoveTo(end.Index + end.Length);
    }

    private void Comment()
    {
        int end = _source.IndexOf("#}", _at + 2, StringComparison.Ordinal);
        if (end < 0)
            throw Fault("the comment '{#' is not closed by '#}'.");
        MoveTo(AfterBlock(end + 2, _source[end - 1]));
    }

    private void Tag(bool isOutput)
    {
        int start = _line;
        Add(isOutput ? TokenKind.OutputStart : TokenKind.BlockStart, "");
        _at += At(_at + 2) is '-' or '+' ? 3 : 2;
        string close = isOutput ? "}}" : "%}";
        _open.Clear();
        while (true)
        {
            SkipSpace();
            if (_at >= _source.Length)
                throw Fault($"'{(isOutput ? "{{" : "{%")}' of line {start} is not closed by '{close}'.");
            int sign = At(_at) == '-' || (At(_at) == '+' && !isOutput) ? 1 : 0;
            if (_open.Count == 0 && string.CompareOrdinal(_source, _at + sign, close, 0, 2) == 0)
            {
                Add(isOutput ? TokenKind.OutputEnd : TokenKind.BlockEnd, "");
                char mark = sign == 1 ? _source[_at] : ' ';
                int end = _at + sign + 2;
                MoveTo(isOutput && mark == ' ' ? end : AfterBlock(end, mark));
                return;
            }
            ReadToken();
        }
    }

    // Where the text goes on after a mark that ends at a place.
    private int AfterBlock(int end, char sign)
    {
        if (sign == '-')
            while (end < _source.Length && char.IsWhiteSpace(_source[end]))
                end++;
        else if (sign != '+' && At(end) == '\n')
            end++;
        return end;
    }

    private void ReadToken()
    {
        char c = _source[_at];
        if (c is '"' or '\'')
            ReadString(c);
        else if (char.IsAsciiDigit(c))
            ReadNumber();
        else if (c == '_' || char.IsLetter(c))
            Take(TokenKind.Name, Name().Match(_source, _at).Length);
        else if (Array.Find(Operators, o => string.CompareOrdinal(_source, _at, o, 0, o.Length) == 0) is { } op)
        {
            Balance(op[0]);
            Take(TokenKind.Operator, op.Length);
        }
        else
            throw Fault($"the character '{c}' has no meaning inside a tag. Texts stand in quotes.");
    }

    private void Balance(char c)
    {
        if (c is '(' or '[' or '{')
            _open.Push(c);
        else if (c is ')' or ']' or '}' && !(_open.TryPop(out char open) && (open, c) is ('(', ')') or ('[', ']') or ('{', '}')))
            throw Fault($"'{c}' closes no bracket.");
    }

    private void ReadNumber()
    {
        bool index = _tokens[^1] is { Kind: TokenKind.Operator, Text: "." };    // a.0.1 is no a.(0.1)
        Match number = index ? Whole().Match(_source, _at) : Number().Match(_source, _at);
        bool isFloat = number.ValueSpan.IndexOfAny(".eE") >= 0;
        Add(isFloat ? TokenKind.Float : TokenKind.Integer, number.Value.Replace("_", ""));
        _at += number.Length;
    }

    private void ReadString(char quote)
    {
        int end = _at + 1;
        while (end < _source.Length && _source[end] != quote)
            end += _source[end] == '\\' ? 2 : 1;
        if (end >= _source.Length)
            throw Fault($"a text that begins with {quote} is not closed.");
        Add(TokenKind.String, Escapes.Unescape(_source[(_at + 1)..end]));
        MoveTo(end + 1);
    }

    private void Take(TokenKind kind, int length)
    {
        Add(kind, _source.Substring(_at, length));
        _at += length;
    }

    private void SkipSpace()
    {
        int at = _at;
        while (at < _source.Length && char.IsWhiteSpace(_source[at]))
            at++;
        MoveTo(at);
    }

    private void MoveTo(int at)
    {
        _line += at > _at ? _source.AsSpan(_at, at - _at).Count('\n') : 0;
        _at = at;
    }

    private char At(int at) => at < _source.Length ? _source[at] : '\0';

    private void Add(TokenKind kind, string text) => _tokens.Add(new(kind, text, _line));

    private JinjaException Fault(string what) => new($"line {_line}: {what}");

    [GeneratedRegex(@"\G\w+")]
    private static partial Regex Name();

    [GeneratedRegex(@"\G[0-9](_?[0-9])*")]
    private static partial Regex Whole();

    [GeneratedRegex(@"\G[0-9](_?[0-9])*(\.[0-9](_?[0-9])*)?([eE][+-]?[0-9](_?[0-9])*)?")]
    private static partial Regex Number();

    [GeneratedRegex(@"\G\{%[-+]?\s*raw\s*(-%\}\s*|%\})")]
    private static partial Regex RawStart();

    [GeneratedRegex(@"\{%(?<sign>[-+]?)\s*endraw\s*(\+%\}|-%\}\s*|%\}\n?)")]
    private static partial Regex RawEnd();
}
