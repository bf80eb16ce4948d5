namespace Plumbline.Training.Data;

/// <summary>A stretch of a file.</summary>
/// <param name="Offset">The first byte, from 0.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct ByteRange(long Offset, int Length);
