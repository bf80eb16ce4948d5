namespace Plumbline.Models.Decoder;

/// <summary>Some rows of a pass of <see cref="RowDecoder"/>.</summary>
/// <param name="first">The first of them among those for which the cache is prepared.</param>
/// <param name="ids">Their tokens.</param>
/// <param name="positions">Each token's place in its text.</param>
/// <param name="cosines">Of all places, (places, D).</param>
/// <param name="sines">Of all places, (places, D).</param>
internal readonly unsafe struct RowInputs(int first, ReadOnlyMemory<long> ids, ReadOnlyMemory<long> positions, float* cosines, float* sines)
{
    public readonly int First = first, Count = ids.Length;

    public readonly ReadOnlyMemory<long> Ids = ids, Positions = positions;

    public readonly float* Cosines = cosines, Sines = sines;
}
