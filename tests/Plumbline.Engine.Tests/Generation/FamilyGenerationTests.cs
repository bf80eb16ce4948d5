using Plumbline.Engine.Generation;
using Plumbline.Engine.Sampling;
using Plumbline.Engine.Segments;
using Plumbline.Models.Decoder;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Engine.Tests.Generation;

/// <summary>Every family samples the plain batch's tokens, with the log-probabilities that training finds for them.</summary>
public sealed class FamilyGenerationTests
{
    [Theory, MemberData(nameof(TinyFamilies.Names), MemberType = typeof(TinyFamilies))]
    public void SampledTokens_AreThePlainBatchs_AndTheirLogProbsThoseOfTraining(string family)
    {
        using DecoderModel model = TinyFamilies.Create(family);
        var options = new GenerationOptions { MaxNewTokens = 20, Sampling = new SamplingOptions { Temperature = 0.8, Seed = 3 } };
        int[][] prompts = [[5, 9, 2, 30, 11, 8, 7], [4]];
        GenerationRequest[] requests = [.. prompts.SelectMany((p, i) => Enumerable.Range(0, 3).Select(g => new GenerationRequest(p, i, g)))];
        Completion[] sampled = new Generator(model).Generate(requests, options with { MaxRows = 4 });
        Completion[] plain = new Generator(model).Generate(requests, options with { Plain = true });
        Assert.Equal(plain.Select(c => string.Join(',', c.TokenIds)), sampled.Select(c => string.Join(',', c.TokenIds)));
        using TokenRows rows = TokenRows.Pack([.. requests.Select(r => r.PromptIds)], [.. sampled.Select(c => c.TokenIds)]);
        using TokenLogProbs trained = TokenLogProbs.Forward(model, rows, options.Sampling.Temperature);
        for (int row = 0; row < sampled.Length; row++)
            for (int t = 0; t < sampled[row].LogProbs.Length; t++)
                Assert.Equal(trained.LogProbs[row, t].ToDouble(), sampled[row].LogProbs[t], 1e-4);
    }
}
