using Plumbline.Models.Adapters;
using Plumbline.Models.Chat;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Heads;
using Plumbline.Models.Quantization;
using Plumbline.Models.Tokens;
using Plumbline.Rewards;
using Plumbline.Training.Data;
using Plumbline.Training.Policies;
using TorchSharp;

namespace Plumbline.Training.Rewards;

/// <summary>A trained multi-label reward model: one trunk, one score per named objective.</summary>
/// <remarks>Owns its classifier. One thread at a time.</remarks>
public sealed class RewardModel : IRewardSource, IParameterCount, IDisposable
{
    private const int BatchTokens = 8192;
    private readonly SequenceClassifier _classifier;
    private readonly RewardModelConfig _config;
    private readonly LoraAdapter? _adapter;
    private readonly bool _isShared;

    internal RewardModel(SequenceClassifier classifier, Tokenizer tokenizer, RewardModelConfig config, LoraAdapter? adapter = null, bool isShared = false)
    {
        (_classifier, Tokenizer, _config, _adapter, _isShared) = (classifier, tokenizer, config, adapter, isShared);
        if (!isShared)
            classifier.Decoder.Activate(adapter);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Objectives => _classifier.Labels;

    /// <inheritdoc/>
    public long ParameterCount =>
        (_isShared ? _classifier.HeadParameters() : _classifier.NamedParameters()).Concat(_adapter?.NamedParameters() ?? []).Sum(p => p.Value.numel());

    internal RewardModelConfig Config => _config;

    /// <summary>The tokenizer of the trunk.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Tokens of a row at most; longer rows are cut.</summary>
    public int MaxLength => _config.MaxLength ?? _classifier.Config.MaxPositionEmbeddings;

    /// <summary>Reads a folder that <c>plumbline reward</c> wrote, adapters with their base included, or any <c>...ForSequenceClassification</c> folder with a tokenizer.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="device">Where to run; null for the CPU.</param>
    /// <param name="policy">A policy over a frozen base, whose base an adapter for the same folder is laid over; null reads a base of its own.</param>
    /// <exception cref="CheckpointException">The folder holds no sequence classifier.</exception>
    public static RewardModel Load(string directory, torch.Device? device = null, Policy? policy = null)
    {
        if (RewardAdapterFolder.Is(directory))
            return RewardAdapterFolder.Load(directory, device, policy);
        using CheckpointFolder folder = CheckpointFolder.Open(directory);
        Tokenizer tokenizer = TokenizerFolder.Load(directory);
        tokenizer.RequireFits(folder.Config.VocabSize);
        SequenceClassifier classifier = SequenceClassifier.Load(folder, precision: ModelPrecision.OfFrozen(folder, ModelDType.Auto, QuantizationType.None, device), device: device);
        classifier.Decoder.RequireGradients(false);
        return new RewardModel(classifier, tokenizer, RewardModelConfig.Read(folder.RawConfig, tokenizer));
    }

    /// <summary>Whether texts are read in lower case.</summary>
    public bool Lowercase => _config.Lowercase;

    /// <inheritdoc/>
    public Task<RewardTable> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken) =>
        Task.FromResult(Score(rows, cancellationToken));

    /// <summary>Scores rows, those of like length side by side.</summary>
    public RewardTable Score(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken = default)
    {
        int[][] ids = [.. rows.Select(r => Encode(ConversationFields.Answered(r), r.Prompt, r.Completion))];
        return new RewardTable(Objectives, ScoreIds(ids, cancellationToken));
    }

    /// <summary>A row as the trunk learned to read it: by its tokenizer's chat template, or as prompt, separator and completion.</summary>
    internal int[] Encode(Conversation? talk, string prompt, string completion) => _config.ChatTemplate
        ? RewardText.EncodeChat(Tokenizer, talk ?? RewardText.Talk(prompt, completion), MaxLength)
        : RewardText.Encode(Tokenizer, prompt, completion, MaxLength, Lowercase, withEnd: !EndIsPadding);

    // transformers pools at the last token that is not padding: an end token that is also the padding would never be it.
    private bool EndIsPadding => _classifier.Config.Pooling == "last" && Tokenizer.EosTokenId == Padding(_classifier.Config, Tokenizer);

    internal static int? Padding(ModelConfig config, Tokenizer tokenizer) => config.PadTokenId ?? tokenizer.PadTokenId ?? tokenizer.EosTokenId;

    internal double[][] ScoreIds(IReadOnlyList<int[]> ids, CancellationToken cancellationToken = default) =>
        Run(ids, (tokens, present) => _config.Sigmoid ? _classifier.Forward(tokens, present).sigmoid() : _classifier.Forward(tokens, present), cancellationToken);

    /// <summary>The states that the head reads, [row][feature].</summary>
    internal double[][] Features(IReadOnlyList<int[]> ids, CancellationToken cancellationToken) => Run(ids, _classifier.Pooled, cancellationToken);

    private double[][] Run(IReadOnlyList<int[]> ids, Func<Tensor, Tensor, Tensor> compute, CancellationToken cancellationToken)
    {
        var results = new double[ids.Count][];
        int[] order = [.. Enumerable.Range(0, ids.Count).OrderBy(i => ids[i].Length)];
        using var noGradient = torch.no_grad();
        using BorrowedTrunk? borrowed = _isShared ? new BorrowedTrunk(_classifier.Decoder, _adapter) : null;
        for (int start = 0; start < order.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int end = start + 1; // rows grow longer, so the last of a batch decides its size
            while (end < order.Length && ids[order[end]].Length * (end - start + 1) <= BatchTokens)
                end++;
            RunBatch([.. order[start..end]], ids, compute, results);
            start = end;
        }
        return results;
    }

    private void RunBatch(int[] batch, IReadOnlyList<int[]> ids, Func<Tensor, Tensor, Tensor> compute, double[][] results)
    {
        using var scope = torch.NewDisposeScope();
        (Tensor tokens, Tensor present) = TokenMatrix.Pack([.. batch.Select(i => ids[i])], _classifier.Score.device);
        Tensor computed = compute(tokens, present);                                     // (B, M) or (B, width)
        float[] flat = [.. computed.to(torch.ScalarType.Float32).cpu().data<float>()];
        int columns = flat.Length / batch.Length;
        for (int i = 0; i < batch.Length; i++)
            results[batch[i]] = [.. flat.AsSpan(i * columns, columns).ToArray().Select(v => (double)v)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _adapter?.Dispose();
        _classifier.Dispose();
    }
}
