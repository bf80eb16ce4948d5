namespace Plumbline.Quickstart.World.Grammar;

/// <summary>What a sentence does in an answer. The order is that of a tidy answer.</summary>
internal enum SentenceRole
{
    Opener,
    Refusal,
    Steps,
    Vague,
    Compliance,
    Ramble,
    Shortcut,
    Closer,
}
