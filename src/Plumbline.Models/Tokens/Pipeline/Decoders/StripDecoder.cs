namespace Plumbline.Models.Tokens.Pipeline.Decoders;

/// <summary>Takes a character away from the ends of each token.</summary>
/// <param name="Content">The character.</param>
/// <param name="Left">How often at most at the beginning.</param>
/// <param name="Right">How often at most at the end.</param>
internal sealed record StripDecoder(string Content, int Left, int Right) : ITokenDecoder
{
    /// <inheritdoc/>
    public ITextSink Start(ITextSink next, bool startOfText) => new EachToken((token, _) => Strip(token)).Start(next, startOfText);

    private string Strip(string token)
    {
        for (int i = 0; i < Left && token.StartsWith(Content, StringComparison.Ordinal); i++)
            token = token[Content.Length..];
        for (int i = 0; i < Right && token.EndsWith(Content, StringComparison.Ordinal); i++)
            token = token[..^Content.Length];
        return token;
    }
}
