using Plumbline.Engine.Generation;
using Plumbline.Engine.Sampling;
using Plumbline.Models.Tokens;

namespace Plumbline.Engine.Tests.Generation;

public sealed class GenerationRowTests
{
    // Every byte is a token, so a stop string and even a character comes in parts.
    private static readonly Tokenizer Bytes = BpeTrainer.Train(["a"], 256, []).ToTokenizer();

    private static (Completion Completion, string Left) Feed(string text, params string[] stops)
    {
        var row = new GenerationRow(0, new GenerationRequest([1]), new GenerationOptions { StopStrings = stops, MaxNewTokens = 100 }, [], Bytes);
        int[] ids = Bytes.Encode(text);
        int at = 0;
        while (at < ids.Length && !row.Finished)
            row.Add(ids[at++], 0);
        return (row.Completion, Bytes.Decode(ids.AsSpan(at)));
    }

    [Fact]
    public void StopString_InParts_EndsTheRowAtItsLastToken_AndIsCutFromTheText()
    {
        (Completion completion, string left) = Feed("naïve 🚀 END more", "END");
        Assert.Equal((FinishReason.StopString, "naïve 🚀 ", " more"), (completion.FinishReason, completion.Text, left));
        Assert.Equal(Bytes.Encode("naïve 🚀 END").Length, completion.TokenIds.Length);
    }

    [Fact]
    public void StopStringsThatOverlap_CutAtTheFirstBeginning()
    {
        // "bcd" is whole at d, before "abcde" could be; the text ends before b.
        (Completion completion, string left) = Feed("xabcdef", "abcde", "bcd");
        Assert.Equal(("xa", "ef"), (completion.Text, left));
    }

    [Fact]
    public void Uniform_IsThatOfSeedPromptCompletionAndPosition()
    {
        var row = new GenerationRow(9, new GenerationRequest([1], 5, 2), new GenerationOptions { Sampling = new SamplingOptions { Seed = 3 } }, [], null);
        Assert.Equal(CounterRandom.Uniform(3, 5, 2, 0), row.Uniform());
        row.Add(7, 0);
        Assert.Equal(CounterRandom.Uniform(3, 5, 2, 1), row.Uniform());
    }

    [Fact]
    public void TextWithoutStopString_RunsOn() =>
        Assert.Equal("EN D", Feed("EN D", "END").Completion.Text);
}
