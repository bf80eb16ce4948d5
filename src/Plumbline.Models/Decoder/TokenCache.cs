namespace Plumbline.Models.Decoder;

/// <summary>Keys and values of the tokens that a model has already seen.</summary>
/// <remarks>Read and filled by <see cref="DecoderModel.Hidden"/>; not thread-safe.</remarks>
public abstract class TokenCache : IDisposable
{
    /// <summary>Tokens of the longest row that the next pass will find here.</summary>
    public long Length { get; private protected set; }

    /// <summary>Told when all layers have stored <paramref name="count"/> new tokens a row.</summary>
    internal abstract void Advance(long count);

    /// <inheritdoc/>
    public abstract void Dispose();
}
