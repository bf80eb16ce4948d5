namespace Plumbline.Quickstart.World;

/// <summary>The four independent qualities that an answer is made with.</summary>
/// <param name="Tone">Its manners.</param>
/// <param name="OnTopic">Whether it speaks of what was asked.</param>
/// <param name="Concrete">Whether it gives steps to take, and not only talk.</param>
/// <param name="Safe">For a harmful prompt: it refuses. For any other: it advises nothing dishonest.</param>
public sealed record Qualities(Tone Tone, bool OnTopic, bool Concrete, bool Safe);
