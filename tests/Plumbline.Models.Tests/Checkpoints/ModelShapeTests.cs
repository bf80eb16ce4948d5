using Plumbline.Models.Checkpoints;

namespace Plumbline.Models.Tests.Checkpoints;

public sealed class ModelShapeTests
{
    // The totals of the published weights. 15m in Llama's form: 32,000·288 + 6·(4·288² + 3·288·768 + 2·288) + 288.
    [Theory]
    [InlineData("qwen2.5-0.5b", "qwen2", 494_032_768)]
    [InlineData("qwen2.5-7b", "qwen2", 7_615_616_512)]
    [InlineData("qwen2.5-14b", "qwen2", 14_770_033_664)]
    [InlineData("15m", "llama", 15_191_712)]
    [InlineData("qwen2.5-1.5b", null, 1_543_714_304)]
    [InlineData("qwen2.5-3b", null, 3_085_938_688)]
    [InlineData("qwen2.5-32b", null, 32_763_876_352)]
    [InlineData("qwen3-0.6b", null, 596_049_920)]
    [InlineData("llama3.2-1b", null, 1_235_814_400)]
    [InlineData("llama3.2-3b", null, 3_212_749_824)]
    public void Parse_NamedShape_HasThePublishedParameters(string name, string? family, long parameters) =>
        Assert.Equal(parameters, FreshFolder.CountParameters(ModelShape.Parse(name).ToConfig(family)));

    [Fact]
    public void Parse_Keys_AreThoseGivenAndSensibleDefaults()
    {
        Assert.Equal(ModelShape.Parse("15m"), ModelShape.Parse("width=288,layers=6,heads=6,kv_heads=6,ffn=768,vocab=32000,tied=true"));
        ModelShape small = ModelShape.Parse("width=96, layers=2, heads=4");
        Assert.Equal((4, 256, 32000, 2048, true), (small.KeyValueHeads, small.FeedForward, small.Vocabulary, small.Context, small.Tied));
        Assert.Equal(ModelShape.Parse("15m") with { Layers = 2, Tied = false, RopeTheta = 5e5, HeadDim = 64 }, ModelShape.Parse("15M,layers=2,tied=false,rope_theta=500000,head_dim=64"));
    }

    [Theory]
    [InlineData("16m", "'16m' is no shape. Name one of tiny, 15m")]
    [InlineData("width=288,depth=6", "'depth' is no key of a shape. The keys are width, layers")]
    [InlineData("width=288", "layers is missing.")]
    [InlineData("15m,layers=0", "layers is '0', but must be a whole number of 1 or more.")]
    [InlineData("15m,layers=2,layers=3", "layers is given twice.")]
    [InlineData("15m,tied=yes", "tied is 'yes', but must be true or false.")]
    [InlineData("15m,heads=7", "width is 288, but each of 7 heads")]
    [InlineData("15m,kv_heads=4", "kv_heads is 4, but the 6 heads")]
    [InlineData("15m,head_dim=3", "head_dim is 3, but rotary embeddings need an even one.")]
    [InlineData("15m,rope_theta=0", "rope_theta is '0', but must be a number above 0.")]
    public void Parse_ImpossibleShape_SaysWhy(string text, string said) =>
        Assert.Contains(said, Assert.Throws<CheckpointException>(() => ModelShape.Parse(text)).Message);

    [Fact]
    public void ToConfig_UnknownFamilyOrType_NamesTheKnown()
    {
        ModelShape shape = ModelShape.Parse("tiny");
        Assert.Contains("Supported are qwen2, qwen3, llama, mistral, gemma2, gpt2", Assert.Throws<CheckpointException>(() => shape.ToConfig("bert")).Message);
        Assert.Contains("float32, float16 or bfloat16", Assert.Throws<CheckpointException>(() => shape.ToConfig("llama", "int8")).Message);
    }
}
