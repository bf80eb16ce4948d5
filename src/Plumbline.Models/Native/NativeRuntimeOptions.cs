namespace Plumbline.Models.Native;

/// <summary>How libtorch is loaded and run.</summary>
public sealed record NativeRuntimeOptions
{
    /// <summary>Threads that libtorch may use inside one operation; 0 leaves libtorch's own choice (one per core).</summary>
    public int Threads { get; init; }

    /// <summary>Where the mended copy of the binding is kept; by default the user's cache folder.</summary>
    public string? CacheDirectory { get; init; }
}
