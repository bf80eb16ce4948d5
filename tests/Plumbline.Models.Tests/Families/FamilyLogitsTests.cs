using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Tests.Checkpoints;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Models.Tests.Families;

/// <summary>Families without golden numbers against plain loops over the weights of their files.</summary>
public sealed class FamilyLogitsTests
{
    private static readonly int[] Ids = [3, 17, 5, 5, 30, 1, 9, 22, 14, 2, 31, 8];

    private static readonly Dictionary<string, Func<StoredWeights, ModelConfig, int[], double[][]>> References = new()
    {
        ["gemma2"] = PlainGemma2.Logits,
        ["gpt2"] = PlainGpt2.Logits,
        ["phi3"] = PlainPhi3.Logits,
        ["olmo2"] = PlainOlmo2.Logits,
        ["qwen2_moe"] = PlainQwenMoe.Logits,
        ["qwen3_moe"] = PlainQwenMoe.Logits,
    };

    public static TheoryData<string> Families() => [.. References.Keys];

    [Theory, MemberData(nameof(Families))]
    public void Logits_OfAFolder_AreThoseOfThePublishedFormulas(string family) => AssertPlain(TinyFamilies.Config(family));

    [Fact]
    public void Gemma2_WithoutCaps_IsThatOfThePublishedFormulas()
    {
        ModelConfig config = TinyFamilies.Config("gemma2");
        // A cap far above every score is none.
        AssertPlain(config with { Variant = config.Variant with { AttnLogitSoftcapping = null, FinalLogitSoftcapping = null } },
            config with { Variant = config.Variant with { AttnLogitSoftcapping = 1e6, FinalLogitSoftcapping = 1e6 } });
    }

    // 12 tokens of an original context of 8: by the short factors, and by the long ones.
    [Theory, InlineData(false), InlineData(true)]
    public void Phi3_WithLongRopeAndAWindow_IsThatOfThePublishedFormulas(bool longContext)
    {
        ModelConfig config = TinyFamilies.Config("phi3");
        AssertPlain(config with
        {
            TieWordEmbeddings = false,
            SlidingWindow = 4,
            SlidingLayers = [true, true],
            Rope = config.Rope with
            {
                RopeType = RopeConfig.LongRope,
                OriginalMaxPositionEmbeddings = 8,
                Factor = 16,
                ShortFactor = [1, 1.5, 2],
                LongFactor = [1.25, 3, 9],
                LongContext = longContext,
            },
        });
    }

    [Theory, InlineData("qwen3_moe"), InlineData("qwen2_moe")]
    public void Experts_WhoseWeightsDoNotAddUpToOne_AreThoseOfThePublishedFormulas(string family)
    {
        ModelConfig config = TinyFamilies.Config(family);
        AssertPlain(config with { Variant = config.Variant with { Mixture = config.Variant.Mixture! with { NormTopkProb = false } } });
    }

    private static void AssertPlain(ModelConfig config, ModelConfig? published = null)
    {
        using var folder = new TemporaryFolder();
        using (DecoderModel made = DecoderModel.Create(config, seed: 7))
        {
            TinyFamilies.Disturb(made.NamedParameters());
            CheckpointFolder.WriteModel(folder.Path, made.Config, made.NamedParameters());
        }
        using CheckpointFolder read = CheckpointFolder.Open(folder.Path);
        using DecoderModel model = DecoderModel.Load(read);
        double[][] expected = References[config.ModelType](new StoredWeights(folder.File("model.safetensors")), published ?? read.Config, Ids);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        Tensor logits = model.Logits(model.Hidden(torch.tensor(Ids.Select(id => (long)id).ToArray()).unsqueeze(0))).squeeze(0);
        for (int t = 0; t < Ids.Length; t++)
            for (int v = 0; v < read.Config.VocabSize; v++)
                Assert.Equal(expected[t][v], logits[t, v].ToDouble(), 2e-5);
        Assert.True(logits.abs().max().ToDouble() > 1, "weights so small tell nothing apart");
    }
}
