namespace Plumbline.Training.Rewards.Judges;

/// <summary>How a chat model is asked to judge.</summary>
public sealed record ChatJudgeOptions
{
    /// <summary>How it marks.</summary>
    public JudgeScale Scale { get; init; } = JudgeScale.Unit;

    /// <summary>Completions judged side by side.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>The prompts' field with a known good answer, which the judge is shown; null shows none.</summary>
    public string? ReferenceField { get; init; }

    /// <summary>Longest reply in tokens; room for the judge to think where it does.</summary>
    public int MaxReplyTokens { get; init; } = 1024;
}
