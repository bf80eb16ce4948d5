using Plumbline.Engine.Sampling;
using Plumbline.Models.Decoder;
using TorchSharp;

namespace Plumbline.Engine.Generation;

/// <summary>The library's own operations in padded batches: what <see cref="ContinuousBatch"/> is compared with, on every device and in every precision.</summary>
/// <remarks>
/// Rows of one batch share their options. Each distinct prompt is prefilled once and its cache copied to its completions; finished rows
/// leave the batch when half have finished.
/// </remarks>
internal sealed class PlainBatches(DecoderModel model)
{
    /// <summary>Samples rows of the same options, <see cref="GenerationOptions.MaxRows"/> at a time.</summary>
    public void Run(IReadOnlyList<GenerationRow> rows, GenerationOptions options, Action<int, int>? onToken, Action<int, Completion>? onFinished, CancellationToken cancellationToken)
    {
        // Rows of like length run together, which keeps padding small; randomness does not depend on the order.
        foreach (GenerationRow[] batch in rows.OrderBy(r => r.Request.PromptIds.Length).Chunk(options.MaxRows))
            RunBatch([.. batch], options, onToken, onFinished, cancellationToken);
    }

    private void RunBatch(List<GenerationRow> active, GenerationOptions options, Action<int, int>? onToken, Action<int, Completion>? onFinished, CancellationToken cancellationToken)
    {
        using var scope = torch.NewDisposeScope();
        (KvCache cache, Tensor logits, Tensor? present, int[] padding) = Prefill(active, options);
        using KvCache owned = cache;
        long[] ends = [.. (options.EosTokenIds ?? model.Config.EosTokenIds).Select(e => (long)e)];
        Tensor? seen = options.Sampling.RepetitionPenalty != 1.0 ? Seen(active) : null;
        for (int step = 0; ; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var stepScope = torch.NewDisposeScope();
            if (step < options.MinNewTokens && ends.Length > 0)
                logits = logits.index_fill(1, torch.tensor(ends, device: logits.device), float.NegativeInfinity);
            double[] uniforms = [.. active.Select(r => r.Uniform())];
            (Tensor ids, Tensor logProbs) = TokenSampler.Sample(logits, uniforms, seen, options.Sampling);
            long[] chosen = [.. ids.cpu().data<long>()];
            float[] values = [.. logProbs.cpu().data<float>()];
            for (int i = 0; i < active.Count; i++)
                if (!active[i].Finished)
                {
                    active[i].Add((int)chosen[i], values[i]);
                    onToken?.Invoke(active[i].Index, (int)chosen[i]);
                    if (active[i].Finished)
                        onFinished?.Invoke(active[i].Index, active[i].Completion);
                }
            int alive = active.Count(r => !r.Finished);
            if (alive == 0)
                return;
            seen?.scatter_(1, ids.unsqueeze(1), torch.ones_like(ids, torch.ScalarType.Bool).unsqueeze(1));
            if (alive <= active.Count / 2)
            {
                int[] kept = [.. Enumerable.Range(0, active.Count).Where(i => !active[i].Finished)];
                Tensor keptRows = torch.tensor(kept.Select(i => (long)i).ToArray(), device: ids.device);
                cache.SelectRows(keptRows);
                ids = ids.index_select(0, keptRows);
                seen = seen?.index_select(0, keptRows).MoveToOuterDisposeScope();
                present = present?.index_select(0, keptRows).MoveToOuterDisposeScope();
                padding = [.. kept.Select(i => padding[i])];
                active = [.. kept.Select(i => active[i])];
            }
            logits = Decode(ids, cache, present, padding).MoveToOuterDisposeScope();
        }
    }

    private Tensor Decode(Tensor ids, KvCache cache, Tensor? present, int[] padding)
    {
        Tensor? positions = present is null ? null : torch.tensor(padding.Select(p => cache.Length - p).ToArray(), device: ids.device).unsqueeze(1);
        Tensor? visible = present?.narrow(1, 0, cache.Length + 1);
        return model.Logits(model.Hidden(ids.unsqueeze(1), positions, visible, cache).squeeze(1));
    }

    // Runs each distinct prompt once, padded on the left, and spreads caches and logits over the completions.
    private (KvCache Cache, Tensor Logits, Tensor? Present, int[] Padding) Prefill(List<GenerationRow> rows, GenerationOptions options)
    {
        var distinct = new Dictionary<string, int>();
        var prompts = new List<int[]>();
        long[] source = new long[rows.Count];
        for (int i = 0; i < rows.Count; i++)
        {
            int[] ids = rows[i].Request.PromptIds;
            string key = string.Join(',', ids);
            if (!distinct.TryGetValue(key, out int at))
            {
                distinct.Add(key, at = prompts.Count);
                prompts.Add(ids);
            }
            source[i] = at;
        }
        int length = prompts.Max(p => p.Length);
        int[] pads = [.. prompts.Select(p => length - p.Length)];
        long capacity = length + options.MaxNewTokens;
        torch.Device device = model.Embedding.device;
        long[] flat = new long[prompts.Count * length], places = new long[prompts.Count * length];
        for (int i = 0; i < prompts.Count; i++)
            for (int t = pads[i]; t < length; t++)
            {
                flat[i * length + t] = prompts[i][t - pads[i]];
                places[i * length + t] = t - pads[i];
            }
        var cache = new KvCache(model.Config, prompts.Count, capacity, model.Precision.Computed, device);
        Tensor tokens = torch.tensor(flat, device: device).view(prompts.Count, length);
        Tensor? positions = null, present = null;
        if (pads.Any(p => p > 0))
        {
            positions = torch.tensor(places, device: device).view(prompts.Count, length);
            present = torch.arange(capacity, device: device).unsqueeze(0).ge(torch.tensor(pads, device: device).unsqueeze(1)); // (prompts, capacity)
        }
        Tensor last = model.Hidden(tokens, positions, present?.narrow(1, 0, length), cache).select(1, length - 1);
        Tensor logits = model.Logits(last);
        if (prompts.Count == rows.Count && source.Select((s, i) => s == i).All(same => same))
            return (cache, logits, present, pads);
        Tensor spread = torch.tensor(source, device: device);
        cache.SelectRows(spread);
        return (cache, logits.index_select(0, spread), present?.index_select(0, spread), [.. source.Select(s => pads[s])]);
    }

    private Tensor Seen(List<GenerationRow> rows)
    {
        bool[] flags = new bool[rows.Count * model.Config.VocabSize];
        for (int i = 0; i < rows.Count; i++)
            foreach (int id in rows[i].Request.PromptIds)
                flags[i * model.Config.VocabSize + id] = true;
        return torch.tensor(flags, device: model.Embedding.device).view(rows.Count, model.Config.VocabSize);
    }
}
