using System.Text.Json;
using Plumbline.Engine.Generation;
using Plumbline.Engine.Sampling;
using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Tokens;
using Plumbline.TestKit;

namespace Plumbline.Training.Tests.Rollouts.Remote;

/// <summary>A server with vLLM's routes over a model of ours, so that its log-probabilities are right.</summary>
internal sealed class VllmServer : IDisposable
{
    private readonly DecoderModel _model;
    private readonly Tokenizer _tokenizer;
    private readonly Dictionary<string, LoraAdapter> _adapters = [];
    private readonly Lock _turn = new();
    private readonly LoopbackServer _server;

    public VllmServer(string folder)
    {
        using CheckpointFolder checkpoint = CheckpointFolder.Open(folder);
        _model = DecoderModel.Load(checkpoint);
        _model.RequireGradients(false);
        _tokenizer = TokenizerFolder.Load(folder);
        _server = new LoopbackServer(Answer);
    }

    public Uri Address => _server.Address;

    public IReadOnlyList<LoopbackRequest> Requests => _server.Requests;

    /// <summary>Adapters that are loaded now.</summary>
    public IReadOnlyList<string> Adapters
    {
        get
        {
            lock (_turn)
                return [.. _adapters.Keys];
        }
    }

    /// <summary>Whether it samples without the adapters that it loads.</summary>
    public bool IsStale { get; init; }

    /// <summary>Whether it is of before tokens were told as ids.</summary>
    public bool IsOld { get; init; }

    /// <summary>Answers in the model's place where not null.</summary>
    public Func<LoopbackRequest, LoopbackReply?> Interfere { get; set; } = _ => null;

    private LoopbackReply Answer(LoopbackRequest request)
    {
        if (Interfere(request) is { } instead)
            return instead;
        lock (_turn)
            return request.Path switch
            {
                "/v1/models" => new LoopbackReply("""{"object": "list", "data": [{"id": "tiny"}]}"""),
                "/v1/load_lora_adapter" => Load(request.Json.GetProperty("lora_name").GetString()!, request.Json.GetProperty("lora_path").GetString()!),
                "/v1/unload_lora_adapter" => new LoopbackReply("Success", _adapters.Remove(request.Json.GetProperty("lora_name").GetString()!) ? 200 : 404),
                "/v1/completions" => Complete(request.Json),
                _ => new LoopbackReply("Not Found", 404),
            };
    }

    private LoopbackReply Load(string name, string path)
    {
        LoraAdapter adapter = LoraAdapter.Load(_model, path);
        adapter.Train(false);
        _adapters.Add(name, adapter);
        return new LoopbackReply("Success");
    }

    private LoopbackReply Complete(JsonElement asked)
    {
        string name = asked.GetProperty("model").GetString()!;
        if (name != "tiny" && !_adapters.ContainsKey(name))
            return new LoopbackReply($"The model `{name}` does not exist.", 404);
        _model.Activate(IsStale ? null : _adapters.GetValueOrDefault(name));
        int[] prompt = [.. asked.GetProperty("prompt").EnumerateArray().Select(id => id.GetInt32())];
        var options = new GenerationOptions
        {
            MaxNewTokens = asked.GetProperty("max_tokens").GetInt32(),
            StopStrings = [.. asked.GetProperty("stop").EnumerateArray().Select(stop => stop.GetString()!)],
            Sampling = new SamplingOptions { Temperature = asked.GetProperty("temperature").GetDouble(), Seed = asked.GetProperty("seed").GetInt64() },
        };
        Completion[] completions = new Generator(_model, _tokenizer).Generate([.. Enumerable.Range(0, asked.GetProperty("n").GetInt32()).Select(g => new GenerationRequest(prompt, 0, g))], options);
        return new LoopbackReply(JsonSerializer.Serialize(new { choices = completions.Select(Choice).Reverse() })); // the order is the index's, not the list's
    }

    private object Choice(Completion completion, int index) => new
    {
        index,
        text = completion.Text,
        token_ids = IsOld ? null : completion.TokenIds,
        logprobs = new { tokens = completion.TokenIds.Select(id => $"token_id:{id}"), token_logprobs = completion.LogProbs },
        finish_reason = completion.FinishReason == FinishReason.Length ? "length" : "stop",
        stop_reason = completion.FinishReason == FinishReason.StopString ? "text" : null,
    };

    public void Dispose()
    {
        _server.Dispose();
        foreach (LoraAdapter adapter in _adapters.Values)
            adapter.Dispose();
        _model.Dispose();
    }
}
