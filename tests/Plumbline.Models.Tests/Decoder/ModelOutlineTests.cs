using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.TestKit;

namespace Plumbline.Models.Tests.Decoder;

public sealed class ModelOutlineTests
{
    [Theory]
    [MemberData(nameof(TinyFamilies.Names), MemberType = typeof(TinyFamilies))]
    public void Of_EveryFamily_IsTheModelThatWouldBeMade(string family)
    {
        ModelOutline outline = ModelOutline.Of(TinyFamilies.Config(family));
        using DecoderModel model = TinyFamilies.Create(family);
        Assert.Equal(model.ParameterCount, outline.Parameters);
        Assert.Equal(model.Projections().Select(p => (p.Name, p.Outputs, p.Inputs)).Order(), outline.Projections.Where(p => p.IsAdaptable).Select(p => (p.Name, p.Outputs, p.Inputs)).Order());
    }

    // A layer of width 16: queries and output 4 · 6 wide, keys and values 2 · 6: 2 · 24 · 16 + 2 · 12 · 16 = 1,152. A router of 3; an expert of 3 · 16 · 20 = 960.
    [Fact]
    public void VisitedWeights_OfExperts_AreThoseOfTheVisited()
    {
        ModelConfig config = TinyFamilies.Config("qwen3_moe");
        MixtureConfig mixture = config.Variant.Mixture!;
        Assert.Equal((3, 2, 0), (mixture.NumExperts, mixture.NumExpertsPerTok, mixture.SharedExpertIntermediateSize));
        ModelOutline outline = ModelOutline.Of(config);
        Assert.Equal(2 * (1152 + 48 + 3 * 960), outline.ProjectionWeights);
        Assert.Equal(2 * (1152 + 48 + 2 * 960), outline.VisitedWeights, 6);
        Assert.Equal(40, config.InnerWidth);
    }

    // 32 rows of 16, once where the head is the embedding; a norm before each half, one at the end.
    [Fact]
    public void Of_ATiedAndAnUntiedModel_CountsTheHeadOnceOrTwice()
    {
        ModelConfig config = TinyFamilies.Config("llama");
        Assert.Equal(512, ModelOutline.Of(config with { TieWordEmbeddings = true }).Vocabulary);
        Assert.Equal(1024, ModelOutline.Of(config with { TieWordEmbeddings = false }).Vocabulary);
        Assert.Equal(5 * 16, ModelOutline.Of(config).Vectors);
    }
}
