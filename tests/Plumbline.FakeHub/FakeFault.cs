namespace Plumbline.FakeHub;

/// <summary>Something that goes wrong, for the next requests of one path.</summary>
public sealed record FakeFault
{
    /// <summary>How the request's path, or the file's that it fetches, must end.</summary>
    public required string PathEnd { get; init; }

    /// <summary>How many requests it befalls.</summary>
    public int Times { get; init; } = 1;

    /// <summary>The status to answer with in place of the contents; 0 for none.</summary>
    public int Status { get; init; }

    /// <summary>Seconds or a date to name in Retry-After.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>After so many bytes of the body the connection is cut; null for never.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Whether the first byte of the body is another one.</summary>
    public bool Corrupt { get; init; }

    /// <summary>Whether the whole file is sent though a range was asked for.</summary>
    public bool IgnoreRange { get; init; }

    /// <summary>Whether a range is answered with a part that begins elsewhere: with all of the file.</summary>
    public bool OtherRange { get; init; }

    /// <summary>Where the answer sends on to, beside a status of a redirect.</summary>
    public string? Location { get; init; }

    /// <summary>A text to answer with in place of what was asked, such as a proxy's page.</summary>
    public string? Page { get; init; }
}
