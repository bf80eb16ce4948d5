using Plumbline.Engine.Segments;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Quantization;
using TorchSharp;

namespace Plumbline.Training.Planning;

/// <summary>What a run needs: what is held throughout, and what each part of a step needs beside it.</summary>
/// <param name="Held">Weights, gradients, optimizer state, the process.</param>
/// <param name="Phases">The parts of a step.</param>
public sealed record MemoryPlan(IReadOnlyList<MemoryItem> Held, IReadOnlyList<MemoryPhase> Phases)
{
    private const long ChunkElements = 4L << 20, LeastChunkRows = 128; // of the fused head
    private const long MergedAtMost = 1L << 30;                        // copies of adapted weights that decoding makes
    private const long BlockBytes = 8L << 20;                          // of a widened weight
    private const long RowsDecodedAtOnce = 128, TokensScoredAtOnce = 8192;
    private const double LayerTemporaries = 1.5;                       // of a layer's graph, while it goes back

    /// <summary>The greatest need at any time.</summary>
    public long Peak => Held.Sum(item => item.Bytes) + Phases.Max(phase => phase.Bytes);

    /// <summary>The part of a step that needs most.</summary>
    public MemoryPhase Greatest => Phases.MaxBy(phase => phase.Bytes)!;

    /// <summary>Plans a run from shapes and settings: nothing is loaded.</summary>
    public static MemoryPlan Of(PlannedRun run) => new([.. Resident(run).Where(item => item.Bytes > 0)], [Rollout(run), Score(run), Update(run)]);

    private static IEnumerable<MemoryItem> Resident(PlannedRun run)
    {
        yield return new("process", "runtime and libraries", run.RuntimeBytes);
        yield return new("policy", "projections", ModelMemory.Projections(run.Policy, run.Precision));
        yield return new("policy", "embedding, head, norms", ModelMemory.Rest(run.Policy, run.Precision));
        long parameters = ModelOutline.Of(run.Policy).Parameters, trained = run.Adapter is { } adapter ? ModelMemory.Adapter(run.Policy, adapter) : parameters;
        if (run.Adapter is not null)
            yield return new("policy", "adapter", trained * ModelMemory.Wide);
        foreach (MemoryItem item in Learning("policy", trained, run))
            yield return item;
        if (run.Adapter is null && run.WithReference)
            yield return new("reference", "frozen copy", parameters * ModelMemory.Wide);
        if (run.WithCritic)
        {
            yield return new("critic", run.Adapter is null ? "copy of the policy" : "adapter", trained * ModelMemory.Wide);
            foreach (MemoryItem item in Learning("critic", trained, run))
                yield return item;
        }
        foreach ((int index, ModelConfig reward) in run.Rewards.Index())
        {
            ModelPrecision precision = run.Precision with { Held = run.Precision.Computed, Quantization = QuantizationType.None };
            yield return new($"reward model {index + 1}", "weights", ModelMemory.Projections(reward, precision) + ModelMemory.Rest(reward, precision));
        }
    }

    private static IEnumerable<MemoryItem> Learning(string role, long numbers, PlannedRun run) =>
    [
        new(role, "gradients", numbers * ModelMemory.Wide), new(role, "optimizer state", run.StateElsewhere ? 0 : (long)(numbers * run.StateBytes)),
    ];

    private static MemoryPhase Rollout(PlannedRun run)
    {
        ModelConfig config = run.Policy;
        long prompt = (long)run.Prompts * run.PromptTokens, element = ModelMemory.Bytes(run.Precision.Computed);
        long merged = run.Adapter is null ? 0 : ModelMemory.Projections(config, run.Precision);
        bool widens = ModelMemory.Widens(config, run.Precision), inVectors = !widens && run.Precision.Computed == torch.ScalarType.Float32 && merged <= MergedAtMost;
        long rows = inVectors ? Math.Min(run.Rows, RowsDecodedAtOnce) : run.Rows;
        return new("rollout",
        [
            new("policy", "cache of keys and values", ModelMemory.Cache(config, run.Precision, run.Prompts, run.PromptTokens, run.Rows, run.CompletionTokens)),
            new("policy", "prompts' hidden states", prompt * Forward(config) * element),
            new("policy", "logits of running rows", rows * config.VocabSize * ModelMemory.Wide * (inVectors ? 1 : 2)),
            new("policy", "adapter merged for decoding", inVectors ? merged : 0),
            new("policy", "weights being widened", Widening(config, run.Precision)),
        ]);
    }

    private static MemoryPhase Score(PlannedRun run)
    {
        long tokens = Math.Min(TokensScoredAtOnce, (long)run.Rows * (run.PromptTokens + run.CompletionTokens));
        return new("score", [.. run.Rewards.Select((reward, i) => new MemoryItem($"reward model {i + 1}", "hidden states", tokens * Forward(reward) * ModelMemory.Wide))]);
    }

    private static MemoryPhase Update(PlannedRun run)
    {
        ModelConfig config = run.Policy;
        long element = ModelMemory.Bytes(run.Precision.Computed), vocabulary = config.VocabSize, width = config.HiddenSize;
        int passes = run.Pieces;
        if (run.Adapter is null) // a trained head costs more where more tokens go at once, so no pass takes them
            passes = Math.Max(passes, (int)((long)run.Rows * run.CompletionTokens / Math.Max(1, TokenLogProbs.TokensAtOnce(vocabulary))) + 1);
        passes = Math.Min(passes, run.Rows);
        long tokens = RowLayout.Tokens(run.Prompts, run.PromptTokens, run.Rows, run.CompletionTokens, run.PromptTokens + run.CompletionTokens) / passes, counted = (long)run.Rows * run.CompletionTokens / passes;
        int kept = run.Activations.LayersKept(config, tokens, element);
        long graph = ActivationOptions.PerToken(config), window = run.Activations.Window > 0 ? Math.Min(tokens, (long)run.Activations.Window * run.Rows / passes) : tokens;
        long layers = tokens * (config.NumHiddenLayers * width + kept * (graph - width)) + (kept < config.NumHiddenLayers ? window * (graph - width) : 0);
        long chunk = Math.Max(LeastChunkRows, ChunkElements / vocabulary) * vocabulary;
        long head = run.Adapter is null
            ? 2 * counted * vocabulary + 3 * vocabulary * width
            : 2 * Math.Min(chunk, counted * vocabulary) + counted * width;
        return new("update",
        [
            new("policy", "activations of layers", layers * element),
            new("policy", "one layer going back", (long)(window * graph * element * LayerTemporaries)),
            new("policy", "head", head * ModelMemory.Wide),
            new("policy", "weights being widened", Widening(config, run.Precision)),
        ]);
    }

    // A block of the largest matrix, in place and as the library lays it out.
    private static long Widening(ModelConfig config, ModelPrecision precision) =>
        ModelMemory.Widens(config, precision) ? 2 * Math.Min(BlockBytes, (long)config.HiddenSize * Math.Max(config.IntermediateSize, config.NumAttentionHeads * config.HeadDim) * ModelMemory.Wide) : 0;

    // Numbers of one token that are alive in the widest part of a layer without a way back.
    private static long Forward(ModelConfig config) => 3L * config.HiddenSize + Math.Max(3L * config.InnerWidth, 4L * config.NumAttentionHeads * config.HeadDim);
}
