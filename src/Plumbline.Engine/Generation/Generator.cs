using Plumbline.Models.Decoder;
using Plumbline.Models.Tokens;
using TorchSharp;

namespace Plumbline.Engine.Generation;

/// <summary>Samples completions with a key-value cache, rows of different lengths and options side by side.</summary>
/// <remarks>
/// Not thread-safe; runs on the caller's thread without gradients. The model and tokenizer stay their owners'. What prompts have in
/// common is run once and shared; a finished row leaves at once and the next request takes its place (<see cref="ContinuousBatch"/>).
/// Models that are not float32 on the CPU, and <see cref="GenerationOptions.Plain"/>, run in plain batches.
/// </remarks>
public sealed class Generator(DecoderModel model, Tokenizer? tokenizer = null)
{
    /// <summary>Samples one completion a request; the result is in the requests' order.</summary>
    /// <param name="requests">The prompts; tokens depend on (seed, prompt index, completion index, position) alone.</param>
    /// <param name="options">When to end and how to draw, for requests that do not say it themselves, and how many rows run at once.</param>
    /// <param name="onToken">Told each (request, token) as it is sampled.</param>
    /// <param name="onFinished">
    /// Told each (request, completion) as it ends, once, while other rows still run: its text can be scored meanwhile. Called between two
    /// steps on the caller's thread, without gradients and inside a dispose scope of the step; what takes long belongs on another thread.
    /// </param>
    /// <param name="cancellationToken">Asked before every token.</param>
    /// <exception cref="ArgumentException">A prompt is empty, or a token lies outside the vocabulary.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No row may run.</exception>
    /// <exception cref="ContextLengthException">A prompt and the most new tokens are together longer than the model's context; nothing was sampled.</exception>
    public Completion[] Generate(
        IReadOnlyList<GenerationRequest> requests, GenerationOptions options, Action<int, int>? onToken = null, Action<int, Completion>? onFinished = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxRows, 1);
        var rows = new GenerationRow[requests.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            Check(requests[i]);
            GenerationOptions own = requests[i].Options ?? options;
            ContextLength.Require(model.Config, rows.Length == 1 ? "The prompt" : $"Prompt {i + 1} of {rows.Length}", requests[i].PromptIds.Length, own.MaxNewTokens);
            rows[i] = new GenerationRow(i, requests[i], own, own.EosTokenIds ?? model.Config.EosTokenIds, tokenizer);
        }
        using var noGradient = torch.no_grad();
        if (!options.Plain && PagedCache.Serves(model))
        {
            using var cache = new PagedCache(model.Config);
            using RowDecoder? decoder = RowDecoder.Serves(model) ? new RowDecoder(model, cache) : null;
            new ContinuousBatch(model, cache, options.MaxRows, decoder).Run(rows, onToken, onFinished, cancellationToken);
        }
        else
            foreach (IGrouping<GenerationOptions, GenerationRow> alike in rows.GroupBy(r => r.Request.Options ?? options))
                new PlainBatches(model).Run([.. alike], alike.Key with { MaxRows = options.MaxRows }, onToken, onFinished, cancellationToken);
        return [.. rows.Select(r => r.Completion)];
    }

    private void Check(GenerationRequest request)
    {
        if (request.PromptIds.Length == 0)
            throw new ArgumentException("A prompt has no tokens; give at least one (a beginning-of-text token will do).");
        int stranger = Array.FindIndex(request.PromptIds, id => id < 0 || id >= model.Config.VocabSize);
        if (stranger >= 0)
            throw new ArgumentException($"Token {request.PromptIds[stranger]} at place {stranger} of a prompt lies outside the model's vocabulary of {model.Config.VocabSize}. The tokenizer does not fit the model.");
    }
}
