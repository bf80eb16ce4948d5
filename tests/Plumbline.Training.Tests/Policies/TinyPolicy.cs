using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Tokens;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;

namespace Plumbline.Training.Tests.Policies;

/// <summary>A policy small enough to be trained within a test: bytes for tokens, two layers of width 16.</summary>
internal static class TinyPolicy
{
    /// <summary>The token that ends a completion: the first after the 256 bytes.</summary>
    public const int Eos = 256;

    private static readonly ScratchOptions Shape = new()
    {
        VocabularySize = 258,
        HiddenSize = 16,
        NumHiddenLayers = 2,
        NumAttentionHeads = 4,
        NumKeyValueHeads = 2,
        IntermediateSize = 32,
        MaxPositionEmbeddings = 128,
    };

    /// <summary>Writes its folder.</summary>
    public static string Write(string directory, bool tied = true, string dtype = "float32")
    {
        Tokenizer tokenizer = BpeTrainer.Train([], Shape.VocabularySize, ScratchModel.SpecialTokens).ToTokenizer();
        ModelConfig config = ScratchModel.Config(Shape, tokenizer) with { InitializerRange = 0.2, TieWordEmbeddings = tied, DType = dtype };
        using DecoderModel model = DecoderModel.Create(config, seed: 3);
        tokenizer.Save(directory);
        CheckpointFolder.WriteModel(directory, config, model.NamedParameters());
        return directory;
    }

    /// <summary>All trained weights, one after another.</summary>
    public static float[] Weights(Policy policy) => [.. policy.TrainableParameters.SelectMany(p => p.Value.data<float>().ToArray())];

    /// <summary>The largest distance between weights of the same place.</summary>
    public static double Distance(float[] one, float[] other) => one.Zip(other, (a, b) => Math.Abs((double)a - b)).Max();
}
