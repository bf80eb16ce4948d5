namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>Goes through a template's tokens.</summary>
/// <param name="tokens">The tokens, the last of them the end.</param>
internal sealed class TokenReader(IReadOnlyList<Token> tokens)
{
    private int _at;

    /// <summary>The next token, not yet taken.</summary>
    internal Token Next => tokens[_at];

    /// <summary>The line it begins on.</summary>
    internal int Line => Next.Line;

    /// <summary>Takes the next token.</summary>
    internal Token Take() => Next.Kind == TokenKind.End ? Next : tokens[_at++];

    /// <summary>Whether the next token is an operator or mark.</summary>
    internal bool IsAt(string mark) => Next.Kind == TokenKind.Operator && Next.Text == mark;

    /// <summary>Whether the next token is a certain word.</summary>
    internal bool IsAtWord(string word) => Next.Kind == TokenKind.Name && Next.Text == word;

    /// <summary>Whether the token after the next is a certain word.</summary>
    internal bool IsWordAfter(string word) => _at + 1 < tokens.Count && tokens[_at + 1] is { Kind: TokenKind.Name } after && after.Text == word;

    /// <summary>Whether the tokens after the next are a certain mark.</summary>
    internal bool IsMarkAfter(string mark) => _at + 1 < tokens.Count && tokens[_at + 1] is { Kind: TokenKind.Operator } after && after.Text == mark;

    /// <summary>Takes an operator or mark where it is next.</summary>
    internal bool TryTake(string mark)
    {
        bool found = IsAt(mark);
        if (found)
            _at++;
        return found;
    }

    /// <summary>Takes a word where it is next.</summary>
    internal bool TryTakeWord(string word)
    {
        bool found = IsAtWord(word);
        if (found)
            _at++;
        return found;
    }

    /// <summary>Takes an operator or mark that must be next.</summary>
    internal void Expect(string mark, string where)
    {
        if (!TryTake(mark))
            throw Fault($"{Next} stands {where}, but '{mark}' was meant to.");
    }

    /// <summary>Takes a word that must be next.</summary>
    internal void ExpectWord(string word, string where)
    {
        if (!TryTakeWord(word))
            throw Fault($"{Next} stands {where}, but '{word}' was meant to.");
    }

    /// <summary>Takes a name that must be next.</summary>
    internal string ExpectName(string where) => Next.Kind == TokenKind.Name ? Take().Text : throw Fault($"{Next} stands {where}, but a name was meant to.");

    /// <summary>Takes a token of a kind that must be next.</summary>
    internal void ExpectKind(TokenKind kind, string where)
    {
        if (Next.Kind != kind)
            throw Fault($"{Next} stands {where}, but {new Token(kind, "", 0)} was meant to.");
        _at++;
    }

    /// <summary>A fault at the next token.</summary>
    internal JinjaException Fault(string what) => new($"line {Line}: {what}");
}
