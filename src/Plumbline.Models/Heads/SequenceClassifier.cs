using Plumbline.Models.Checkpoints;
using Plumbline.Models.Checkpoints.Families;
using Plumbline.Models.Decoder;
using TorchSharp;

namespace Plumbline.Models.Heads;

/// <summary>A decoder with a linear head of M scores over a pooled hidden state: transformers' <c>...ForSequenceClassification</c>.</summary>
/// <remarks>Not thread-safe. Owns the head, and the decoder unless it is another's (<see cref="Over"/>).</remarks>
public sealed class SequenceClassifier : IDisposable
{
    private const string WeightName = "score.weight", BiasName = "score.bias";
    private readonly bool _ownsDecoder;

    private SequenceClassifier(DecoderModel decoder, ModelConfig config, Tensor score, Tensor? bias = null, bool ownsDecoder = true) =>
        (Decoder, Config, Score, Bias, _ownsDecoder) = (decoder, config, score, bias, ownsDecoder);

    /// <summary>The trunk.</summary>
    public DecoderModel Decoder { get; }

    /// <summary>The classifier's shape: that of the trunk, with labels and pooling.</summary>
    public ModelConfig Config { get; }

    /// <summary>The head, (M, width).</summary>
    public Tensor Score { get; }

    /// <summary>What is added to the scores, (M); null for nothing. transformers' heads have none, and would leave it out.</summary>
    public Tensor? Bias { get; private set; }

    /// <summary>Names of the M scores.</summary>
    public IReadOnlyList<string> Labels => Config.Labels;

    /// <summary>Reads a folder whose architecture is a sequence classifier; from a language model, takes the trunk and a fresh head when <paramref name="labels"/> are given.</summary>
    /// <param name="folder">The folder, which may be closed afterwards.</param>
    /// <param name="labels">Names of the scores; null for the folder's.</param>
    /// <param name="pooling"><c>last</c> or <c>mean</c>, where the folder does not say.</param>
    /// <param name="seed">Seed of a fresh head.</param>
    /// <param name="precision">How to hold the trunk and compute; the head is float32. Null for float32 that can be trained.</param>
    /// <param name="device">Where it shall live; null for the CPU.</param>
    /// <exception cref="CheckpointException">The folder is a language model and no labels are given.</exception>
    public static SequenceClassifier Load(
        CheckpointFolder folder, IReadOnlyList<string>? labels = null, string pooling = "last", long seed = 0, ModelPrecision? precision = null, torch.Device? device = null)
    {
        ModelConfig config = folder.Config;
        if (config.IsSequenceClassification && (labels is null || labels.SequenceEqual(config.Labels)))
        {
            using WeightSource weights = WeightSource.Of(folder, ModelPrecision.Trained, device);
            DecoderModel trunk = DecoderModel.Load(folder, labels is null ? config : AsClassifier(config, labels, pooling), precision, device);
            Tensor? bias = folder.Contains(BiasName) ? weights.Vector(BiasName, config.Labels.Count) : null;
            return new SequenceClassifier(trunk, trunk.Config, weights.Matrix(WeightName, config.Labels.Count, config.HiddenSize), bias);
        }
        if (labels is null)
            throw new CheckpointException($"{folder.Directory} is a {config.Architecture}, not a reward model. Train one with `plumbline reward`, or give a ...ForSequenceClassification folder.");
        ModelConfig own = AsClassifier(config, labels, pooling);
        DecoderModel decoder = DecoderModel.Load(folder, own, precision, device);
        return new SequenceClassifier(decoder, own, WeightSource.Random(config.InitializerRange, seed, device).Matrix(WeightName, labels.Count, config.HiddenSize));
    }

    /// <summary>A classifier of fresh weights.</summary>
    public static SequenceClassifier Create(ModelConfig config, IReadOnlyList<string> labels, string pooling, long seed, torch.Device? device = null)
    {
        ModelConfig own = AsClassifier(config, labels, pooling);
        return new SequenceClassifier(DecoderModel.Create(own, seed, device), own,
            WeightSource.Random(config.InitializerRange, seed + 1, device).Matrix(WeightName, labels.Count, config.HiddenSize));
    }

    /// <summary>A head over a trunk that another owns, such as a policy's base.</summary>
    /// <param name="decoder">The trunk; stays its owner's.</param>
    /// <param name="labels">M names.</param>
    /// <param name="pooling">How a row's states become one.</param>
    /// <param name="score">(M, width); now the classifier's.</param>
    /// <param name="bias">(M), or null; now the classifier's.</param>
    public static SequenceClassifier Over(DecoderModel decoder, IReadOnlyList<string> labels, string pooling, Tensor score, Tensor? bias) =>
        new(decoder, AsClassifier(decoder.Config, labels, pooling), score, bias, ownsDecoder: false);

    /// <summary>Puts another head in the place of the one there is.</summary>
    /// <param name="score">(M, width).</param>
    /// <param name="bias">(M); null for none.</param>
    public void SetHead(Tensor score, Tensor? bias)
    {
        using var noGradient = torch.no_grad();
        Score.copy_(score);
        Bias?.Dispose();
        Bias = bias?.to(Score.dtype).to(Score.device).clone().DetachFromDisposeScope();
    }

    /// <summary>Scores rows.</summary>
    /// <param name="ids">int64, (B, T).</param>
    /// <param name="present">False at padding, bool, (B, T).</param>
    /// <param name="rightPadded">True when padding, if any, stands on the right, where causality hides it.</param>
    /// <returns>(B, M).</returns>
    public Tensor Forward(Tensor ids, Tensor present, bool rightPadded = true) =>
        ScoreHidden(Decoder.Hidden(ids, present: rightPadded ? null : present), present);

    /// <summary>The states that are scored, of rows padded on the right.</summary>
    /// <param name="ids">int64, (B, T).</param>
    /// <param name="present">False at padding, bool, (B, T).</param>
    /// <returns>(B, width).</returns>
    public Tensor Pooled(Tensor ids, Tensor present) => Pool(Decoder.Hidden(ids), present);

    /// <summary>Scores rows whose hidden states are there already.</summary>
    /// <param name="hidden">After the final norm, (B, T, width).</param>
    /// <param name="present">False at padding, bool, (B, T).</param>
    /// <param name="pooledNoise">What the pooled state is multiplied by in training (dropout), (B, width); null in use.</param>
    /// <returns>(B, M).</returns>
    public Tensor ScoreHidden(Tensor hidden, Tensor present, Tensor? pooledNoise = null)
    {
        Tensor pooled = Pool(hidden, present).to(Score.dtype);                          // (B, width)
        return torch.nn.functional.linear(pooledNoise is null ? pooled : pooled * pooledNoise, Score, Bias);
    }

    /// <summary>Every weight by its checkpoint name.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> NamedParameters() => Decoder.NamedParameters().Concat(HeadParameters());

    /// <summary>The head's weights by their checkpoint names.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> HeadParameters() =>
        Bias is null ? [new(WeightName, Score)] : [new(WeightName, Score), new(BiasName, Bias)];

    private Tensor Pool(Tensor hidden, Tensor present)
    {
        if (Config.Pooling == "mean")
        {
            Tensor weight = present.to(hidden.dtype);                                   // (B, T)
            return torch.bmm(weight.unsqueeze(1), hidden).squeeze(1) / weight.sum(1L).clamp_min(1).unsqueeze(1);
        }
        // transformers pools at the rightmost token that is not padding, whichever side the padding is on.
        Tensor places = torch.arange(present.shape[1], device: present.device) * present.to(torch.ScalarType.Int64);
        Tensor last = places.argmax(1);                                                 // (B)
        Tensor flat = torch.arange(present.shape[0], device: present.device) * present.shape[1] + last;
        return hidden.reshape(-1, hidden.shape[2]).index_select(0, flat);
    }

    private static ModelConfig AsClassifier(ModelConfig config, IReadOnlyList<string> labels, string pooling) => config with
    {
        Architecture = ModelFamilies.Classifier(config.ModelType),
        Labels = labels,
        Pooling = pooling,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ownsDecoder)
            Decoder.Dispose();
        Score.Dispose();
        Bias?.Dispose();
    }
}
