using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Engine.Generation;
using Plumbline.Engine.Sampling;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Remote;

namespace Plumbline.Training.Rollouts.Remote;

/// <summary>Samples from a running server with vLLM's routes, which is handed the policy's adapter whenever that has changed.</summary>
/// <remarks>
/// Prompts go as token ids, and tokens come back as ids with their log-probabilities, so that nothing is encoded twice. The server must tell
/// log-probabilities after temperature (<c>--logprobs-mode processed_logprobs</c>) unless the temperature is 1. An adapter bears the policy's
/// version in its name: completions are of exactly the version that their batch says. What the server draws depends on (seed, prompt, completion),
/// as far as its kernels repeat.
/// </remarks>
public sealed class VllmRollouts : IRolloutSource, IDisposable
{
    private readonly RolloutOptions _options;
    private readonly GenerationOptions _generation;
    private readonly RemoteServer _server;
    private readonly VllmAdapters? _adapters;
    private readonly Uri _completions;
    private readonly string _base;
    private readonly int _vocabulary;

    /// <summary>Asks nothing yet.</summary>
    /// <param name="policy">What is trained; its adapter is handed over.</param>
    /// <param name="options">The server.</param>
    /// <param name="generation">How completions are drawn.</param>
    /// <param name="directory">Where adapters are handed over when the options do not say.</param>
    public VllmRollouts(Policy policy, RolloutOptions options, GenerationOptions generation, string directory)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(options);
        (_options, _generation) = (options, generation);
        var root = new Uri(options.Url!.TrimEnd('/') + "/");
        _completions = new Uri(root, "v1/completions");
        _base = options.Model ?? policy.Source;
        _vocabulary = policy.Model.Config.VocabSize;
        _server = new RemoteServer(options.ToLimits(), options.ApiKey());
        _adapters = options.AdapterSync && policy.Adapter is { } adapter ? new VllmAdapters(_server, root, adapter, options.AdapterDir ?? directory) : null;
    }

    /// <inheritdoc/>
    public bool RunsElsewhere => true;

    /// <summary>Asks the server which models it has, so that a run begins only where it has the policy's base.</summary>
    /// <param name="options">The server.</param>
    /// <param name="model">The base's name where the options do not say it.</param>
    /// <param name="cancellationToken">Asked while waiting.</param>
    /// <exception cref="RemoteException">It does not answer, or has other models.</exception>
    public static async Task RequireReadyAsync(RolloutOptions options, string model, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var server = new RemoteServer(options.ToLimits() with { MaxRetries = 0 }, options.ApiKey());
        string wanted = options.Model ?? model;
        JsonElement reply = await server.GetAsync(new Uri(options.Url!.TrimEnd('/') + "/v1/models"), cancellationToken).ConfigureAwait(false);
        string[] names = VllmReply.Models(reply);
        if (!names.Contains(wanted))
            throw new RemoteException($"{options.Url} has no model {wanted}; it has {(names.Length == 0 ? "none" : string.Join(", ", names))}. Set rollout.model to the name it serves the policy's base by.");
    }

    /// <inheritdoc/>
    public Task<RolloutBatch> SampleAsync(PromptBatch prompts, int generations, int policyVersion, Action<int, Completion>? onFinished, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        _adapters?.Write(policyVersion); // before the first await: the policy may learn while the server samples
        return SampleAsync(prompts, generations, onFinished, policyVersion, cancellationToken);
    }

    private async Task<RolloutBatch> SampleAsync(PromptBatch prompts, int generations, Action<int, Completion>? onFinished, int policyVersion, CancellationToken cancellationToken)
    {
        string model = _adapters is null ? _base : await _adapters.LoadAsync(cancellationToken).ConfigureAwait(false);
        var completions = new Completion[prompts.Prompts.Count * generations];
        object telling = new();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, prompts.Prompts.Count), parallel, async (p, token) =>
        {
            JsonElement reply = await _server.PostAsync(_completions, Body(model, prompts.Prompts[p], prompts.FirstIndex + p, generations), token).ConfigureAwait(false);
            Completion[] sampled = Read(reply, generations);
            for (int g = 0; g < generations; g++)
                completions[p * generations + g] = sampled[g];
            lock (telling)
                for (int g = 0; g < generations; g++)
                    onFinished?.Invoke(p * generations + g, sampled[g]);
        }).ConfigureAwait(false);
        return new RolloutBatch([.. prompts.Prompts.SelectMany(prompt => Enumerable.Repeat(prompt, generations))], completions, _adapters is null ? 0 : policyVersion);
    }

    private JsonObject Body(string model, Prompt prompt, long index, int generations)
    {
        SamplingOptions sampling = _generation.Sampling;
        return new JsonObject
        {
            ["model"] = model,
            ["prompt"] = new JsonArray([.. prompt.Ids.Select(id => (JsonNode?)id)]),
            ["n"] = generations,
            ["max_tokens"] = _generation.MaxNewTokens,
            ["temperature"] = sampling.Temperature,
            ["top_p"] = sampling.TopP,
            ["top_k"] = sampling.TopK == 0 ? -1 : sampling.TopK,
            ["min_p"] = sampling.MinP,
            ["repetition_penalty"] = sampling.RepetitionPenalty,
            ["seed"] = (long)(CounterRandom.Uniform(sampling.Seed, index, 0, 0) * (1L << 53)),
            ["stop"] = new JsonArray([.. _generation.StopStrings.Select(stop => (JsonNode?)stop)]),
            ["logprobs"] = 0, // of the sampled token alone
            ["return_token_ids"] = true,
            ["return_tokens_as_token_ids"] = true,
        };
    }

    private Completion[] Read(JsonElement reply, int generations)
    {
        try
        {
            return VllmReply.Completions(reply, generations, _vocabulary);
        }
        catch (FormatException fault)
        {
            throw new RemoteException($"{_completions} answered in a form that is not understood: {fault.Message} The server must tell log-probabilities, and tokens as ids (vLLM 0.5 or later).", fault);
        }
    }

    /// <summary>Takes the last adapter from the server.</summary>
    public void Dispose()
    {
        _adapters?.Dispose();
        _server.Dispose();
    }
}
