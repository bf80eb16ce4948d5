namespace Plumbline.Models.Native;

/// <summary>What loading libtorch found and did; printed by <c>plumbline doctor</c>.</summary>
/// <param name="LibraryDirectory">The folder of libLibTorchSharp, or null when the host's own search was left to find it.</param>
/// <param name="MendedCopy">The copy whose version need was marked weak, or null when the original loads as it is.</param>
/// <param name="AllocatorTuned">True when glibc's allocator was told to keep memory (D4 of the design).</param>
/// <param name="LoadTime">Time from the first look to the first answer of libtorch.</param>
public sealed record NativeRuntimeReport(string? LibraryDirectory, string? MendedCopy, bool AllocatorTuned, TimeSpan LoadTime);
