using System.Globalization;
using System.Text.Json;
using Plumbline.Engine.Generation;

namespace Plumbline.Training.Rollouts.Remote;

/// <summary>What a server with vLLM's routes answers.</summary>
internal static class VllmReply
{
    private const string TokenPrefix = "token_id:";

    /// <summary>The names in an answer of <c>/v1/models</c>.</summary>
    public static string[] Models(JsonElement reply) =>
        reply.ValueKind == JsonValueKind.Object && reply.TryGetProperty("data", out JsonElement data) && data.ValueKind == JsonValueKind.Array
            ? [.. data.EnumerateArray().Select(model => model.TryGetProperty("id", out JsonElement id) ? id.ToString() : "")]
            : [];

    /// <summary>The completions in an answer of <c>/v1/completions</c> to one prompt.</summary>
    /// <param name="reply">The answer.</param>
    /// <param name="count">How many were asked for.</param>
    /// <param name="vocabulary">Tokens that the policy knows.</param>
    /// <exception cref="FormatException">There are others than asked for, or a token has no id or no log-probability.</exception>
    public static Completion[] Completions(JsonElement reply, int count, int vocabulary)
    {
        if (reply.ValueKind != JsonValueKind.Object || !reply.TryGetProperty("choices", out JsonElement choices) || choices.ValueKind != JsonValueKind.Array)
            throw new FormatException("there are no \"choices\" in it.");
        if (choices.GetArrayLength() != count)
            throw new FormatException($"it has {choices.GetArrayLength()} completions where {count} were asked for.");
        return [.. choices.EnumerateArray().OrderBy(choice => choice.TryGetProperty("index", out JsonElement index) ? index.GetInt32() : 0).Select(choice => Completion(choice, vocabulary))];
    }

    private static Completion Completion(JsonElement choice, int vocabulary)
    {
        if (!choice.TryGetProperty("logprobs", out JsonElement logProbs) || logProbs.ValueKind != JsonValueKind.Object || !logProbs.TryGetProperty("token_logprobs", out JsonElement told) || told.ValueKind != JsonValueKind.Array)
            throw new FormatException("a completion has no \"token_logprobs\".");
        int[] ids = Ids(choice, logProbs);
        int stranger = Array.FindIndex(ids, id => id < 0 || id >= vocabulary);
        if (stranger >= 0)
            throw new FormatException($"token {ids[stranger]} lies outside the policy's vocabulary of {vocabulary}; the server has another model.");
        float[] values = [.. told.EnumerateArray().Select(Value)];
        if (values.Length != ids.Length || ids.Length == 0)
            throw new FormatException($"a completion has {ids.Length} tokens and {values.Length} log-probabilities.");
        return new Completion(ids, values, Reason(choice), choice.TryGetProperty("text", out JsonElement text) ? text.GetString()! : "");
    }

    private static float Value(JsonElement value) => value.ValueKind == JsonValueKind.Number && float.IsFinite(value.GetSingle())
        ? value.GetSingle()
        : throw new FormatException($"a log-probability is {value.GetRawText()}, not a finite number.");

    // token_ids since vLLM 0.10.2; before that tokens are spelt "token_id:17".
    private static int[] Ids(JsonElement choice, JsonElement logProbs) =>
        choice.TryGetProperty("token_ids", out JsonElement ids) && ids.ValueKind == JsonValueKind.Array ? [.. ids.EnumerateArray().Select(id => id.GetInt32())]
        : logProbs.TryGetProperty("tokens", out JsonElement tokens) && tokens.ValueKind == JsonValueKind.Array ? [.. tokens.EnumerateArray().Select(token => Id(token.ToString()))]
        : throw new FormatException("a completion has neither \"token_ids\" nor \"tokens\".");

    private static int Id(string token) =>
        token.StartsWith(TokenPrefix, StringComparison.Ordinal) && int.TryParse(token.AsSpan(TokenPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            ? id
            : throw new FormatException($"the token '{token}' is not given as an id.");

    private static FinishReason Reason(JsonElement choice)
    {
        string? reason = choice.TryGetProperty("finish_reason", out JsonElement finish) ? finish.GetString() : null;
        bool byText = choice.TryGetProperty("stop_reason", out JsonElement stop) && stop.ValueKind == JsonValueKind.String;
        return reason == "length" ? FinishReason.Length : byText ? FinishReason.StopString : FinishReason.Eos;
    }
}
