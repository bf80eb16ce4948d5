namespace Plumbline.Models.Chat;

/// <summary>How much work one rendering may do. Templates come with models from strangers, and must neither hang nor fill the memory.</summary>
public sealed record TemplateLimits
{
    /// <summary>Parts of the template evaluated; a long conversation through a long template takes some thousands. Work on long texts and lists counts by their length.</summary>
    public int Steps { get; init; } = 20_000_000;

    /// <summary>Characters of the rendered text, and of any text or elements of any list made on the way.</summary>
    public int Length { get; init; } = 16_000_000;

    /// <summary>Macro calls within each other.</summary>
    public int Nesting { get; init; } = 100;

    /// <summary>Time by the clock, against steps that each take long.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(10);
}
