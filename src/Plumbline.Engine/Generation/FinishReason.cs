namespace Plumbline.Engine.Generation;

/// <summary>Why a completion ended.</summary>
public enum FinishReason
{
    /// <summary>An end token was sampled (it is the completion's last token).</summary>
    Eos,

    /// <summary>A stop string appeared; the text is cut before it.</summary>
    StopString,

    /// <summary>The limit of new tokens was reached.</summary>
    Length,
}
