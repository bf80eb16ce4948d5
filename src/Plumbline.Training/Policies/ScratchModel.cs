using Plumbline.Models.Checkpoints;
using Plumbline.Models.Tokens;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;

namespace Plumbline.Training.Policies;

/// <summary>Small models of fresh weights, in Qwen2's shape.</summary>
public static class ScratchModel
{
    internal const string EndOfText = "<|endoftext|>";

    /// <summary>Special tokens of their tokenizers: end of text, and the reward model's separator.</summary>
    public static IReadOnlyList<string> SpecialTokens { get; } = [EndOfText, RewardText.Separator];

    /// <summary>The configuration that <paramref name="options"/> and the tokenizer give.</summary>
    public static ModelConfig Config(ScratchOptions options, Tokenizer tokenizer) => new()
    {
        ModelType = "qwen2",
        Architecture = "Qwen2ForCausalLM",
        VocabSize = tokenizer.VocabularySize,
        HiddenSize = options.HiddenSize,
        IntermediateSize = options.IntermediateSize,
        NumHiddenLayers = options.NumHiddenLayers,
        NumAttentionHeads = options.NumAttentionHeads,
        NumKeyValueHeads = options.NumKeyValueHeads,
        HeadDim = options.HiddenSize / options.NumAttentionHeads,
        MaxPositionEmbeddings = options.MaxPositionEmbeddings,
        TieWordEmbeddings = true,
        QkvBias = true,
        EosTokenIds = tokenizer.EosTokenId is { } eos ? [eos] : [],
        PadTokenId = tokenizer.PadTokenId,
    };
}
