using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Plumbline.Rewards;
using Plumbline.Training.Remote;
using Plumbline.Training.Rewards.Remote;

namespace Plumbline.Training.Rewards.Judges;

/// <summary>A chat model as judge: it marks each completion by a rubric, one question a completion.</summary>
/// <remarks>
/// Any <see cref="IChatClient"/> may judge. A reply without a mark on the scale leaves that score NaN and is counted as failed; where every
/// question fails, the call does. Asked at temperature 0, yet a remote model may mark the same answer differently from day to day, so that runs
/// with a judge do not repeat bit for bit. Owns the client. One call at a time.
/// </remarks>
/// <param name="client">The model. Called from several threads where <see cref="ChatJudgeOptions.Concurrency"/> is above 1.</param>
/// <param name="rubric">What it looks at.</param>
/// <param name="options">How it is asked; null takes the defaults.</param>
public sealed class ChatJudge(IChatClient client, JudgeRubric rubric, ChatJudgeOptions? options = null) : IRewardSource, IRemoteReward, IDisposable
{
    private const int QuotedCharacters = 200;
    private static readonly RewardInput Probe = new("How do I get to the station?", "Take bus 4 from the square, please; it is the third stop.");
    private readonly ChatJudgeOptions _options = options ?? new ChatJudgeOptions();
    private readonly JsonElement _schema = Schema(rubric);

    /// <inheritdoc/>
    public IReadOnlyList<string> Objectives => rubric.Objectives;

    /// <inheritdoc/>
    public Task<RewardTable> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken) =>
        PartialScoring.ScoreAsync(Objectives, rows, 1, _options.Concurrency, (row, token) => JudgeAsync(row[0], token), cancellationToken);

    /// <inheritdoc/>
    public async Task RequireReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await JudgeAsync(Probe, cancellationToken).ConfigureAwait(false);
        }
        catch (RemoteException fault)
        {
            throw new RewardException($"The judge does not judge: {fault.Message.TrimEnd('.')}. Look at its address, model and key.", fault);
        }
    }

    private async Task<RewardTable> JudgeAsync(RewardInput row, CancellationToken cancellationToken)
    {
        string reply = await AskAsync(row, cancellationToken).ConfigureAwait(false);
        double?[] scores = JudgeReply.Read(reply, Objectives, _options.Scale);
        if (scores.All(score => score is null))
            throw new RemoteException($"It replied without a mark: '{(reply.Length > QuotedCharacters ? reply[..QuotedCharacters] + "..." : reply)}'.");
        return new RewardTable(Objectives, [[.. scores.Select(score => score ?? double.NaN)]])
        {
            Failures = Objectives.Zip(scores, (name, score) => (name, failed: score is null ? 1 : 0)).ToDictionary(o => o.name, o => o.failed),
        };
    }

    private async Task<string> AskAsync(RewardInput row, CancellationToken cancellationToken)
    {
        string? reference = _options.ReferenceField is { } field && row.Columns.TryGetValue(field, out JsonElement known) ? known.ToString() : null;
        try
        {
            ChatResponse response = await client.GetResponseAsync(
                JudgePrompt.Of(rubric, _options.Scale, row, reference),
                new ChatOptions { Temperature = 0, MaxOutputTokens = _options.MaxReplyTokens, ResponseFormat = ChatResponseFormat.ForJsonSchema(_schema, "marks") },
                cancellationToken).ConfigureAwait(false);
            return response.Text;
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw new RemoteException($"{fault.GetType().Name}: {fault.Message}", fault); // every client has exceptions of its own
        }
    }

    private static JsonElement Schema(JudgeRubric rubric) => JsonSerializer.SerializeToElement(new JsonObject
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(rubric.Criteria.Select(criterion => KeyValuePair.Create(
            criterion.Key, (JsonNode?)new JsonObject { ["type"] = new JsonArray("number", "null"), ["description"] = criterion.Value }))),
        ["required"] = new JsonArray([.. rubric.Objectives.Select(name => (JsonNode?)name)]),
        ["additionalProperties"] = false,
    });

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();
}
