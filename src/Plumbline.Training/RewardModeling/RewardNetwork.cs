using System.Text.Json.Nodes;
using Plumbline.Models.Adapters;
using Plumbline.Models.Chat;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Heads;
using Plumbline.Models.Native;
using Plumbline.Models.Tokens;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using TorchSharp;

namespace Plumbline.Training.RewardModeling;

/// <summary>The reward model in training: classifier, tokenizer, and the adapter where only that is trained.</summary>
/// <remarks>Owns all three.</remarks>
public sealed class RewardNetwork : IDisposable
{
    private readonly LoraAdapter? _adapter;
    private readonly JsonObject _rawConfig;
    private readonly bool _sigmoid;
    private readonly RewardExport _export;

    private RewardNetwork(SequenceClassifier classifier, Tokenizer tokenizer, LoraAdapter? adapter, JsonObject rawConfig, RewardRecipe recipe, bool conversations = false)
    {
        (Classifier, Tokenizer, _adapter, _rawConfig) = (classifier, tokenizer, adapter, rawConfig);
        (_sigmoid, _export) = (recipe.Reward.Loss == RewardLoss.Logistic, recipe.Reward.Export);
        Model = new RewardModel(classifier, tokenizer, new RewardModelConfig(_sigmoid, recipe.Data.MaxLength, recipe.Reward.Lowercase, recipe.Reward.ChatTemplate ?? (conversations && !recipe.Reward.Lowercase && ChatFormat.Exists(tokenizer))));
        bool isFrozen = recipe.Reward.Head == RewardHead.Ridge;
        classifier.Decoder.RequireGradients(adapter is null && !isFrozen);
        classifier.Score.requires_grad_(!isFrozen);
        adapter?.Train(true);
        classifier.Decoder.Activate(adapter);
        TrainableParameters = adapter is null ? [.. classifier.NamedParameters()] : [.. adapter.NamedParameters(), new("score.weight", classifier.Score)];
    }

    /// <summary>Trunk and head.</summary>
    public SequenceClassifier Classifier { get; }

    /// <summary>The trunk's tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>The same weights as a scorer.</summary>
    public RewardModel Model { get; }

    /// <summary>What is optimised, by name.</summary>
    public IReadOnlyList<KeyValuePair<string, Tensor>> TrainableParameters { get; }

    /// <summary>A trunk from a pretrained folder, or a small one from scratch with a tokenizer trained on <paramref name="texts"/>.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="texts">Texts of the training rows.</param>
    /// <param name="conversations">Whether some of these rows are conversations.</param>
    public static RewardNetwork Create(RewardRecipe recipe, IEnumerable<string> texts, bool conversations = false)
    {
        string pooling = recipe.Reward.Pooling.ToString().ToLowerInvariant();
        if (recipe.Model is null)
        {
            Tokenizer trained = BpeTrainer.Train(texts.Select(t => RewardText.Normalise(t, recipe.Reward.Lowercase)), recipe.Scratch.VocabularySize, ScratchModel.SpecialTokens).ToTokenizer();
            ModelConfig config = ScratchModel.Config(recipe.Scratch, trained);
            return new RewardNetwork(SequenceClassifier.Create(config, recipe.Data.Objectives, pooling, recipe.Seed, ComputeDevice.Find(recipe.Device)), trained, null, [], recipe);
        }
        torch.Device device = ComputeDevice.Find(recipe.Device);
        using CheckpointFolder folder = CheckpointFolder.Open(recipe.Model);
        Tokenizer tokenizer = TokenizerFolder.Load(recipe.Model);
        tokenizer.RequireFits(folder.Config.VocabSize);
        SequenceClassifier classifier = SequenceClassifier.Load(
            folder, recipe.Data.Objectives, pooling, recipe.Seed, recipe.Adapter is null ? null : ModelPrecision.OfFrozen(folder, recipe.Dtype, recipe.Quantization, device), device);
        LoraAdapter? adapter = recipe.Adapter is { } options
            ? LoraAdapter.Create(classifier.Decoder, options.ToAdapterConfig(recipe.Model), recipe.Seed)
            : null;
        return new RewardNetwork(classifier, tokenizer, adapter, folder.RawConfig, recipe, conversations);
    }

    /// <summary>Writes a folder that transformers loads as sequence classification, or, where an adapter was trained, one that PEFT lays over its base.</summary>
    public void Save(string directory)
    {
        if (_adapter is not null && _export == RewardExport.Adapter)
        {
            RewardAdapterFolder.Write(directory, _adapter, Classifier, Model.Config);
            Tokenizer.Save(directory);
            return;
        }
        if (_adapter is not null)
        {
            Classifier.Decoder.Activate(null);
            _adapter.MergeInto(Classifier.Decoder);
        }
        JsonObject raw = (JsonObject)_rawConfig.DeepClone();
        Model.Config.AddTo(raw);
        raw["problem_type"] = "regression";
        ModelConfig config = Classifier.Config;
        CheckpointFolder.WriteModel(directory, config with { PadTokenId = RewardModel.Padding(config, Tokenizer) }, Classifier.NamedParameters(), raw);
        Tokenizer.Save(directory);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _adapter?.Dispose();
        Model.Dispose();
    }
}
