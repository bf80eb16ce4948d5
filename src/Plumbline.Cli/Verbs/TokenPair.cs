using System.Text.Json;
using Plumbline.Models.Tokens;
using Plumbline.Training.Data;

namespace Plumbline.Cli.Verbs;

/// <summary>A prompt and completion in tokens, from a row of either form.</summary>
internal sealed record TokenPair(string Place, int[] PromptIds, int[] CompletionIds)
{
    public static TokenPair From(DataRow line, Func<Tokenizer> tokenizer, int vocabularySize)
    {
        int[] prompt, completion;
        if (line.Has("prompt_ids") && line.Has("completion_ids"))
            (prompt, completion) = (Ids(line, "prompt_ids", vocabularySize), Ids(line, "completion_ids", vocabularySize));
        else if (line.Has("prompt") && line.Has("completion"))
            (prompt, completion) = (tokenizer().EncodePrompt(line.Text("prompt", "")), tokenizer().Encode(line.Text("completion", ""), addSpecialTokens: false));
        else
            throw line.Fault($"the row has {line.Fields()}; it needs prompt and completion, or prompt_ids and completion_ids.");
        return prompt.Length > 0 ? new TokenPair(line.Place, prompt, completion) : throw line.Fault("the prompt has no tokens, so nothing predicts the first token of the completion.");
    }

    private static int[] Ids(DataRow line, string field, int vocabularySize)
    {
        if (!line.TryGet(field, out JsonElement value) || value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(v => !v.TryGetInt32(out _)))
            throw line.Fault($"the field '{field}' must be a list of whole numbers.");
        int[] ids = [.. value.EnumerateArray().Select(v => v.GetInt32())];
        int stranger = Array.FindIndex(ids, id => id < 0 || id >= vocabularySize);
        return stranger < 0 ? ids : throw line.Fault($"'{field}' holds {ids[stranger]}, outside the model's vocabulary of {vocabularySize}.");
    }
}
