using Plumbline.Engine.Generation;
using Plumbline.Engine.Segments;
using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Tokens;
using Plumbline.Rewards;
using Plumbline.Training.Data;
using Plumbline.Training.Policies;
using TorchSharp;

namespace Plumbline.Training.Evaluation;

/// <summary>A model's sampled answers to prompts, one a prompt, with what is needed to measure how far it has moved from its reference.</summary>
/// <remarks>Tokens depend on (seed, the prompt's place, position) alone: two models are asked with the same random numbers, and batches do not matter. Holds no tensors.</remarks>
/// <param name="Answers">In the prompts' order.</param>
/// <param name="Options">How they were sampled.</param>
/// <param name="ReferenceLogProbs">Log-probability of each sampled token under the reference, nats, at the sampling temperature; null where there is no reference.</param>
public sealed record AnswerSet(IReadOnlyList<Answer> Answers, GenerationOptions Options, IReadOnlyList<float[]>? ReferenceLogProbs = null)
{
    private const int TokensAtOnce = 8192;

    /// <summary>Prompts and completions, as reward sources take them.</summary>
    public IReadOnlyList<RewardInput> Rows { get; } = [.. Answers.Select(a => a.Prompt.AnsweredBy(a.Completion.Text))];

    /// <summary>Whether the sampled log-probabilities are those of the model itself, so that a KL can be estimated from them: neither greedy, nor cut, nor penalised.</summary>
    public bool IsPlainSample => Options.Sampling is { Temperature: > 0, TopK: 0, TopP: 1.0, MinP: 0, RepetitionPenalty: 1.0 };

    /// <summary>Samples from a model that is open.</summary>
    /// <param name="model">With the adapter that shall take part active.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="prompts">At least one.</param>
    /// <param name="options">How to draw; <see cref="GenerationOptions.Sampling"/> holds the seed.</param>
    /// <param name="cancellationToken">Asked before every token.</param>
    /// <exception cref="ContextLengthException">A prompt and the most new tokens are together longer than the model's context.</exception>
    public static AnswerSet Sample(DecoderModel model, Tokenizer tokenizer, IReadOnlyList<PromptRow> prompts, GenerationOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        int[][] ids = [.. prompts.Select(p => tokenizer.EncodePrompt(p))];
        Completion[] completions = new Generator(model, tokenizer).Generate([.. ids.Select((p, i) => new GenerationRequest(p, i))], options, cancellationToken: cancellationToken);
        return new AnswerSet([.. prompts.Select((p, i) => new Answer(p, ids[i], completions[i]))], options);
    }

    /// <summary>Samples from a policy as it stands, without dropout, and asks its reference where <paramref name="withReference"/>.</summary>
    /// <inheritdoc cref="Sample(DecoderModel, Tokenizer, IReadOnlyList{PromptRow}, GenerationOptions, CancellationToken)"/>
    public static AnswerSet Sample(Policy policy, IReadOnlyList<PromptRow> prompts, GenerationOptions options, bool withReference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        policy.Adapter?.ApplyDropout(false);
        try
        {
            AnswerSet answers = Sample(policy.Model, policy.Tokenizer, prompts, options, cancellationToken);
            return withReference && answers.IsPlainSample
                ? answers with { ReferenceLogProbs = answers.LogProbs(policy.Device, rows => policy.ReferenceLogProbs(rows, options.Sampling.Temperature), cancellationToken) }
                : answers;
        }
        finally
        {
            policy.Adapter?.ApplyDropout(true);
        }
    }

    /// <summary>Samples from a model's folder, perhaps with an adapter; the base without the adapter is then the reference.</summary>
    /// <param name="directory">A Hugging Face folder with its tokenizer.</param>
    /// <param name="adapterDirectory">A PEFT folder for it, or null.</param>
    /// <param name="prompts">At least one.</param>
    /// <param name="options">How to draw.</param>
    /// <param name="device">Where to run; null for the CPU.</param>
    /// <param name="cancellationToken">Asked before every token.</param>
    /// <exception cref="CheckpointException">A folder cannot be read.</exception>
    public static AnswerSet Sample(
        string directory, string? adapterDirectory, IReadOnlyList<PromptRow> prompts, GenerationOptions options, torch.Device? device = null, CancellationToken cancellationToken = default)
    {
        using CheckpointFolder folder = CheckpointFolder.Open(directory);
        Tokenizer tokenizer = TokenizerFolder.Load(directory);
        tokenizer.RequireFits(folder.Config.VocabSize);
        using DecoderModel model = DecoderModel.Load(folder, device: device);
        model.RequireGradients(false);
        using LoraAdapter? adapter = adapterDirectory is null ? null : LoraAdapter.Load(model, adapterDirectory);
        model.Activate(adapter);
        AnswerSet answers = Sample(model, tokenizer, prompts, options, cancellationToken);
        if (adapter is null)
            return answers;
        model.Activate(null);
        return answers.WithReference(model, cancellationToken);
    }

    /// <summary>The same answers with their log-probabilities under a reference; unchanged where <see cref="IsPlainSample"/> is false.</summary>
    /// <param name="reference">A model with the same tokens, the adapter that shall take part active.</param>
    /// <param name="cancellationToken">Asked between batches.</param>
    /// <exception cref="ArgumentException">The reference has fewer tokens than an answer uses.</exception>
    public AnswerSet WithReference(DecoderModel reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (!IsPlainSample)
            return this;
        int highest = Answers.Max(a => a.PromptIds.Concat(a.Completion.TokenIds).DefaultIfEmpty(0).Max());
        if (highest >= reference.Config.VocabSize)
            throw new ArgumentException($"The answers hold token {highest}, but the reference knows {reference.Config.VocabSize} tokens. Policy and reference must share a tokenizer; name the base that the policy came from.");
        return this with
        {
            ReferenceLogProbs = LogProbs(reference.Embedding.device, rows =>
            {
                using TokenLogProbs forward = TokenLogProbs.Forward(reference, rows, Options.Sampling.Temperature);
                return forward.LogProbs.alias();
            }, cancellationToken),
        };
    }

    private float[][] LogProbs(torch.Device device, Func<TokenRows, Tensor> compute, CancellationToken cancellationToken)
    {
        var logProbs = new float[Answers.Count][];
        int longest = Answers.Max(a => a.PromptIds.Length + a.Completion.TokenIds.Length);
        foreach (int[] batch in Enumerable.Range(0, Answers.Count).Chunk(Math.Max(1, TokensAtOnce / longest)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            using TokenRows rows = TokenRows.Pack([.. batch.Select(i => Answers[i].PromptIds)], [.. batch.Select(i => Answers[i].Completion.TokenIds)], device);
            Tensor values = compute(rows);                                                                     // (B, T)
            float[] flat = [.. values.to(torch.ScalarType.Float32).cpu().data<float>()];
            int width = flat.Length / batch.Length;
            for (int i = 0; i < batch.Length; i++)
                logProbs[batch[i]] = flat[(i * width)..(i * width + Answers[batch[i]].Completion.TokenIds.Length)];
        }
        return logProbs;
    }
}
