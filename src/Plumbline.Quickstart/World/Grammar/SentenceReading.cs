namespace Plumbline.Quickstart.World.Grammar;

/// <summary>What the oracle made of one sentence of a completion.</summary>
/// <param name="Start">Index of its first token.</param>
/// <param name="Length">Tokens, its final mark included.</param>
/// <param name="Kind">The family of sentences that it belongs to, or null where the grammar does not make it.</param>
/// <param name="Form">1 where the grammar makes it; else less, by how many of its runs of three tokens the grammar makes.</param>
/// <param name="IsFinished">Whether it ends in a full stop or a question mark.</param>
internal readonly record struct SentenceReading(int Start, int Length, SentenceKind? Kind, double Form, bool IsFinished)
{
    public bool Is(SentenceRole role) => Kind?.Role == role;

    public bool Is(SentenceRole role, Tone tone) => Kind?.Role == role && Kind?.Tone == tone;
}
