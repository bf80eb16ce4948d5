using System.ComponentModel;

namespace Plumbline.Training.Recipes;

/// <summary>What supervised fine-tuning learns from a row.</summary>
public sealed record SftOptions
{
    /// <summary>Whether only the tokens of the completion count in the loss; rows that are one text count whole. TRL's default for prompt-completion rows.</summary>
    [Description("count only the completion's tokens in the loss")]
    public bool CompletionOnlyLoss { get; init; } = true;

    /// <summary>Whether only the assistant's turns count in the loss, all of them, each with its end-of-turn token; rows must be conversations. TRL's default is false: then the last turn counts.</summary>
    [Description("count the assistant's turns alone in the loss; rows must be conversations")]
    public bool AssistantOnlyLoss { get; init; }
}
