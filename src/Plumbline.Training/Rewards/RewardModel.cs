using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Heads;
using Plumbline.Models.Tokens;
using Plumbline.Rewards;
using TorchSharp;

namespace Plumbline.Training.Rewards;

/// <summary>A trained multi-label reward model: one trunk, one score per named objective.</summary>
/// <remarks>Owns its classifier. One thread at a time.</remarks>
public sealed class RewardModel : IRewardSource, IParameterCount, IDisposable
{
    internal const string ActivationKey = "plumbline_score_activation";
    internal const string MaxLengthKey = "plumbline_max_length";
    internal const string Sigmoid = "sigmoid";
    internal const string LowercaseKey = "plumbline_lowercase";
    private const int BatchTokens = 8192;
    private readonly SequenceClassifier _classifier;
    private readonly bool _sigmoid;
    private readonly LoraAdapter? _adapter;

    internal RewardModel(SequenceClassifier classifier, Tokenizer tokenizer, bool sigmoid, LoraAdapter? adapter = null)
    {
        (_classifier, Tokenizer, _sigmoid, _adapter) = (classifier, tokenizer, sigmoid, adapter);
        MaxLength = classifier.Decoder.Config.MaxPositionEmbeddings;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Objectives => _classifier.Labels;

    /// <inheritdoc/>
    public long ParameterCount => _classifier.Decoder.NamedParameters().Sum(p => p.Value.numel()) + _classifier.Score.numel();

    /// <summary>The tokenizer of the trunk.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Tokens of a row at most; longer rows are cut.</summary>
    public int MaxLength { get; init; }

    /// <summary>Reads a folder that <c>plumbline reward</c> wrote, or any <c>...ForSequenceClassification</c> folder with a tokenizer.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="device">Where to run; null for the CPU.</param>
    /// <exception cref="CheckpointException">The folder holds no sequence classifier.</exception>
    public static RewardModel Load(string directory, torch.Device? device = null)
    {
        using CheckpointFolder folder = CheckpointFolder.Open(directory);
        Tokenizer tokenizer = TokenizerFolder.Load(directory);
        tokenizer.RequireFits(folder.Config.VocabSize);
        SequenceClassifier classifier = SequenceClassifier.Load(folder, device: device);
        classifier.Decoder.RequireGradients(false);
        return new RewardModel(classifier, tokenizer, (string?)folder.RawConfig[ActivationKey] == Sigmoid)
        {
            MaxLength = (int?)folder.RawConfig[MaxLengthKey] ?? folder.Config.MaxPositionEmbeddings,
            Lowercase = (bool?)folder.RawConfig[LowercaseKey] ?? false,
        };
    }

    /// <summary>Whether texts are read in lower case.</summary>
    public bool Lowercase { get; init; }

    /// <inheritdoc/>
    public Task<RewardTable> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken) =>
        Task.FromResult(Score(rows, cancellationToken));

    /// <summary>Scores rows, those of like length side by side.</summary>
    public RewardTable Score(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken = default)
    {
        int[][] ids = [.. rows.Select(r => Encode(r.Prompt, r.Completion))];
        return new RewardTable(Objectives, ScoreIds(ids, cancellationToken));
    }

    internal int[] Encode(string prompt, string completion) => RewardText.Encode(Tokenizer, prompt, completion, MaxLength, Lowercase, withEnd: !EndIsPadding);

    // transformers pools at the last token that is not padding: an end token that is also the padding would never be it.
    private bool EndIsPadding => _classifier.Decoder.Config.Pooling == "last" && Tokenizer.EosTokenId == Padding(_classifier.Decoder.Config, Tokenizer);

    internal static int? Padding(ModelConfig config, Tokenizer tokenizer) => config.PadTokenId ?? tokenizer.PadTokenId ?? tokenizer.EosTokenId;

    internal double[][] ScoreIds(IReadOnlyList<int[]> ids, CancellationToken cancellationToken = default)
    {
        var scores = new double[ids.Count][];
        int[] order = [.. Enumerable.Range(0, ids.Count).OrderBy(i => ids[i].Length)];
        using var noGradient = torch.no_grad();
        for (int start = 0; start < order.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int end = start + 1; // rows grow longer, so the last of a batch decides its size
            while (end < order.Length && ids[order[end]].Length * (end - start + 1) <= BatchTokens)
                end++;
            ScoreBatch([.. order[start..end]], ids, scores);
            start = end;
        }
        return scores;
    }

    private void ScoreBatch(int[] batch, IReadOnlyList<int[]> ids, double[][] scores)
    {
        using var scope = torch.NewDisposeScope();
        (Tensor tokens, Tensor present) = TokenMatrix.Pack([.. batch.Select(i => ids[i])], _classifier.Score.device);
        Tensor raw = _classifier.Forward(tokens, present);
        float[] flat = [.. (_sigmoid ? raw.sigmoid() : raw).to(torch.ScalarType.Float32).cpu().data<float>()];
        int m = Objectives.Count;
        for (int i = 0; i < batch.Length; i++)
            scores[batch[i]] = [.. flat.Skip(i * m).Take(m).Select(v => (double)v)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _adapter?.Dispose();
        _classifier.Dispose();
    }
}
