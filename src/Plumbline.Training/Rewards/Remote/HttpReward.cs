using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Rewards;
using Plumbline.Training.Remote;

namespace Plumbline.Training.Rewards.Remote;

/// <summary>Scores from a reward server, in the form that OpenRLHF's <c>remote_rm_url</c> has made common.</summary>
/// <remarks>
/// Posts <c>{"query": [prompt + completion, ...], "prompts": [...], "labels": [...]}</c> and, beside OpenRLHF's three, <c>"completions"</c>,
/// lest a server cut the prompt off again. <see cref="HttpRewardReply"/> has the forms of the answer. Requests that fail for good leave their
/// rows without scores; where all of a call fail, the call does. One call at a time.
/// </remarks>
public sealed class HttpReward : IRewardSource, IRemoteReward, IDisposable
{
    private static readonly RewardInput Probe = new("Hello", " Hello, how can I help you?");
    private readonly HttpRewardOptions _options;
    private readonly RemoteServer _server, _impatient;

    /// <summary>Asks nothing yet.</summary>
    /// <param name="options">The server.</param>
    /// <param name="handler">Sends; null is the network.</param>
    /// <param name="time">The clock of retries; null is the machine's.</param>
    public HttpReward(HttpRewardOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _server = new RemoteServer(options.Limits, options.ApiKey, handler, time);
        _impatient = new RemoteServer(options.Limits with { MaxRetries = 0 }, options.ApiKey, handler, time);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Objectives => _options.Objectives;

    /// <inheritdoc/>
    public Task<RewardTable> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken) =>
        PartialScoring.ScoreAsync(Objectives, rows, _options.BatchSize, _options.Concurrency, (part, token) => AskAsync(_server, part, token), cancellationToken);

    /// <inheritdoc/>
    public async Task RequireReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await AskAsync(_impatient, [Probe], cancellationToken).ConfigureAwait(false);
        }
        catch (RemoteException fault)
        {
            throw new RewardException($"The reward server does not score: {fault.Message} Start it, or correct the address and the objectives.", fault);
        }
    }

    private async Task<RewardTable> AskAsync(RemoteServer server, RewardInput[] rows, CancellationToken cancellationToken)
    {
        JsonElement reply = await server.PostAsync(_options.Url, Body(rows), cancellationToken).ConfigureAwait(false);
        try
        {
            return new RewardTable(Objectives, HttpRewardReply.Read(reply, Objectives, rows.Length)) { Failures = Objectives.ToDictionary(name => name, _ => 0) };
        }
        catch (FormatException fault)
        {
            throw new RemoteException($"{_options.Url} answered in a form that is not understood: {fault.Message}", fault);
        }
    }

    private JsonObject Body(RewardInput[] rows) => new()
    {
        ["query"] = List(rows, row => row.Prompt + row.Completion),
        ["prompts"] = List(rows, row => row.Prompt),
        ["completions"] = List(rows, row => row.Completion),
        ["labels"] = List(rows, Label),
    };

    private JsonNode? Label(RewardInput row) =>
        _options.LabelField is { } field && row.Columns.TryGetValue(field, out JsonElement label) ? JsonNode.Parse(label.GetRawText()) : "";

    private static JsonArray List(RewardInput[] rows, Func<RewardInput, JsonNode?> of) => new([.. rows.Select(of)]);

    /// <inheritdoc/>
    public void Dispose()
    {
        _server.Dispose();
        _impatient.Dispose();
    }
}
