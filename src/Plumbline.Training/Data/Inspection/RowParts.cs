using Plumbline.Models.Tokens;
using Plumbline.Training.Dpo;
using Plumbline.Training.Recipes;
using Plumbline.Training.Sft;

namespace Plumbline.Training.Data.Inspection;

/// <summary>Takes a row apart as the trainer of its layout does, whole, before anything is cut.</summary>
/// <param name="tokenizer">The policy's; null leaves texts.</param>
internal sealed class RowParts(Tokenizer? tokenizer)
{
    private const int Uncut = 1 << 24;

    private static readonly SftData Texts = new();
    private static readonly PromptData Prompts = new();
    private static readonly RewardData Labelled = new() { Objectives = [] };

    /// <summary>The parts; none where the row has nothing for its trainer.</summary>
    /// <exception cref="DataException">The row is not of the layout.</exception>
    public IReadOnlyList<RowPart> Of(DataRow row, DataLayout layout) => layout.Name switch
    {
        "preference" => Preference(PreferenceRow.From(row, new PreferenceFields())),
        "unpaired preference" or "labelled" => Answer(RewardRow.From(row, Labelled)),
        "prompt-only" => [Prompt(PromptRow.From(row, Prompts.PromptField))],
        _ => Text(SftRow.From(row, Texts)),
    };

    private IReadOnlyList<RowPart> Text(SftRow row)
    {
        SftExample? example = tokenizer is null ? null : SftExample.From(row, tokenizer, Uncut, new SftOptions()).FirstOrDefault();
        return tokenizer is not null && example is null ? [] : [new("prompt", row.Prompt, example?.PromptIds, false), new("completion", row.Completion, example?.CompletionIds, true)];
    }

    private IReadOnlyList<RowPart> Preference(PreferenceRow row)
    {
        DpoExample? example = tokenizer is null ? null : DpoExample.From(row, tokenizer, Uncut);
        return tokenizer is not null && example is null ? []
            : [new("prompt", row.Prompt, example?.PromptIds, false), new("chosen", row.Chosen, example?.ChosenIds, true), new("rejected", row.Rejected, example?.RejectedIds, true)];
    }

    private RowPart Prompt(PromptRow row) => new("prompt", row.Prompt, tokenizer?.EncodePrompt(row), IsLearnt: false);

    private RowPart[] Answer(RewardRow row) =>
        [Part("prompt", row.Prompt, text => tokenizer!.EncodePrompt(text), false), Part("completion", row.Completion, text => tokenizer!.Encode(text, addSpecialTokens: false), false)];

    private RowPart Part(string name, string text, Func<string, int[]> encode, bool isLearnt) => new(name, text, tokenizer is null ? null : encode(text), isLearnt);
}
