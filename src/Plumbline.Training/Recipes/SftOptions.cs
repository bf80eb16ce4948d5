using System.ComponentModel;

namespace Plumbline.Training.Recipes;

/// <summary>What supervised fine-tuning learns from a row.</summary>
public sealed record SftOptions
{
    /// <summary>Whether only the tokens of the completion count in the loss; rows that are one text count whole. TRL's default for prompt-completion rows.</summary>
    [Description("count only the completion's tokens in the loss")]
    public bool CompletionOnlyLoss { get; init; } = true;
}
