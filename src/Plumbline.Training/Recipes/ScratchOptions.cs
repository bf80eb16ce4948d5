using System.ComponentModel;

namespace Plumbline.Training.Recipes;

/// <summary>The shape of a model trained from scratch, with its own byte-level BPE tokenizer. Words are those of config.json; the defaults, ours, train in minutes on two cores.</summary>
public sealed record ScratchOptions : IValidated
{
    private const int ByteTokens = 256;

    /// <summary>Tokens of the tokenizer that is trained on the data; at least one for each byte.</summary>
    [Description("tokens of the tokenizer that is trained on the data")]
    public int VocabularySize { get; init; } = 8000;

    /// <summary>Width of the residual stream.</summary>
    [Description("width of the residual stream")]
    public int HiddenSize { get; init; } = 128;

    /// <summary>Number of layers.</summary>
    [Description("number of layers")]
    public int NumHiddenLayers { get; init; } = 2;

    /// <summary>Query heads; divides <see cref="HiddenSize"/>.</summary>
    [Description("query heads; divides hidden_size")]
    public int NumAttentionHeads { get; init; } = 4;

    /// <summary>Key and value heads; divides <see cref="NumAttentionHeads"/>.</summary>
    [Description("key and value heads; divides num_attention_heads")]
    public int NumKeyValueHeads { get; init; } = 4;

    /// <summary>Width of the feed-forward layer; eight thirds of <see cref="HiddenSize"/>, rounded up to a multiple of 32, is usual.</summary>
    [Description("width of the feed-forward layer")]
    public int IntermediateSize { get; init; } = 352;

    /// <summary>Longest text, in tokens.</summary>
    [Description("longest text, in tokens")]
    public int MaxPositionEmbeddings { get; init; } = 512;

    /// <summary>Weight of predicting the next token beside the labels; 0 = labels alone. A trunk that also learns the language overfits rare words less. Reward models only; arXiv:2406.10216, section 3.</summary>
    [Description("weight of predicting the next token beside the labels (reward); 0 = labels alone")]
    public double LanguageWeight { get; init; }

    /// <summary>First steps that learn the language of the texts alone, before any label. Reward models only.</summary>
    [Description("first steps that learn the texts' language alone (reward)")]
    public int PretrainSteps { get; init; }

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        faults.Require(VocabularySize > ByteTokens, VocabularySize, $"a byte-level vocabulary needs one token for each of the {ByteTokens} bytes and some more. Usual values are 2000 to 32000.");
        faults.Require(NumHiddenLayers >= 1, NumHiddenLayers, "a model has at least one layer.");
        faults.Require(NumAttentionHeads >= 1 && HiddenSize >= 1 && HiddenSize % (2 * Math.Max(1, NumAttentionHeads)) == 0, HiddenSize,
            $"each of {NumAttentionHeads} heads needs the same even share of it. Make it a multiple of {2 * Math.Max(1, NumAttentionHeads)}.");
        faults.Require(NumKeyValueHeads >= 1 && NumAttentionHeads % Math.Max(1, NumKeyValueHeads) == 0, NumKeyValueHeads,
            $"the {NumAttentionHeads} query heads must share them evenly. Set it to a divisor of num_attention_heads.");
        faults.Require(IntermediateSize >= 1, IntermediateSize, "a feed-forward layer has a width. About 8/3 of hidden_size is usual.");
        faults.Require(MaxPositionEmbeddings >= 8, MaxPositionEmbeddings, "texts need room. Set it to the longest text in tokens, at least 8.");
        faults.Require(PretrainSteps >= 0, PretrainSteps, "steps are counted from 0. Set it to 0 or more.");
        faults.Require(LanguageWeight >= 0, LanguageWeight, "a weight is not negative. Usual values lie between 0.05 and 0.5.");
        return faults;
    }
}
