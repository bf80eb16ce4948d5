using Plumbline.Engine.Generation;
using Plumbline.Engine.Sampling;
using Plumbline.Engine.Segments;
using Plumbline.Models.Decoder;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Engine.Tests.Generation;

public sealed class GeneratorTests : IDisposable
{
    private static readonly GenerationOptions Sampled = new() { MaxNewTokens = 12, Sampling = new SamplingOptions { Temperature = 0.8, Seed = 3 } };
    private readonly DecoderModel _model = TinyModels.Qwen2();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Row_AmongOthersOfOtherLengths_HasTheTokensItHasAlone()
    {
        GenerationRequest[] requests = [.. Enumerable.Range(0, 9).Select(i => new GenerationRequest([.. Enumerable.Range(1, 1 + i % 4)], i / 3, i % 3))];
        Completion[] together = new Generator(_model).Generate(requests, Sampled);
        for (int i = 0; i < requests.Length; i++)
            Assert.Equal(new Generator(_model).Generate([requests[i]], Sampled)[0].TokenIds, together[i].TokenIds);
    }

    [Fact]
    public void Requests_TakenInTurns_GiveTheSameTokens()
    {
        GenerationRequest[] requests = [.. Enumerable.Range(0, 7).Select(i => new GenerationRequest([1, 2 + i], i))];
        Completion[] whole = new Generator(_model).Generate(requests, Sampled), turns = new Generator(_model).Generate(requests, Sampled with { MaxRows = 2 });
        Assert.Equal(whole.Select(c => string.Join(',', c.TokenIds)), turns.Select(c => string.Join(',', c.TokenIds)));
    }

    [Fact]
    public void Completions_OfOnePrompt_DifferByTheirIndex()
    {
        GenerationRequest[] requests = [.. Enumerable.Range(0, 8).Select(g => new GenerationRequest([1, 2, 3], 0, g))];
        Completion[] completions = new Generator(_model).Generate(requests, Sampled);
        Assert.True(completions.Select(c => string.Join(',', c.TokenIds)).Distinct().Count() > 4);
    }

    [Fact]
    public void LogProbs_OfSampledTokens_AreTheTrainersToRounding()
    {
        GenerationRequest[] requests = [.. Enumerable.Range(0, 4).Select(i => new GenerationRequest([.. Enumerable.Range(1, 1 + i)], i))];
        Completion[] completions = new Generator(_model).Generate(requests, Sampled);
        using TokenRows rows = TokenRows.Pack([.. requests.Select(r => r.PromptIds)], [.. completions.Select(c => c.TokenIds)]);
        using TokenLogProbs trained = TokenLogProbs.Forward(_model, rows, temperature: 0.8);
        for (int i = 0; i < completions.Length; i++)
        {
            float[] row = [.. trained.LogProbs.select(0, i).data<float>()];
            for (int t = 0; t < completions[i].TokenIds.Length; t++)
                Assert.Equal(completions[i].LogProbs[t], row[t], 1e-4f);
        }
    }

    [Fact]
    public void EndToken_EndsTheRow_AndIsKept()
    {
        // Every token ends: each row holds exactly one.
        Completion completion = new Generator(_model).Generate([new GenerationRequest([1])], Sampled with { EosTokenIds = [.. Enumerable.Range(0, 32)] })[0];
        Assert.Single(completion.TokenIds);
        Assert.Equal(FinishReason.Eos, completion.FinishReason);
    }

    [Fact]
    public void RowWithoutEnd_StopsAtTheLimit()
    {
        Completion completion = new Generator(_model).Generate([new GenerationRequest([1])], Sampled with { EosTokenIds = [] })[0];
        Assert.Equal(12, completion.TokenIds.Length);
        Assert.Equal(FinishReason.Length, completion.FinishReason);
    }

    [Fact]
    public void RepetitionPenalty_GreaterThanAll_NeverRepeatsAToken()
    {
        var options = new GenerationOptions { MaxNewTokens = 12, EosTokenIds = [], Sampling = new SamplingOptions { Temperature = 0, RepetitionPenalty = 1e6 } };
        // Logits above zero become almost zero and those below fall by a million: a seen token wins only when no unseen one is left.
        Completion completion = new Generator(_model).Generate([new GenerationRequest([1, 2])], options)[0];
        Assert.Equal(12, completion.TokenIds.Distinct().Count());
        Assert.DoesNotContain(1, completion.TokenIds);
    }

    [Fact]
    public void TokenOutsideTheVocabulary_IsAnErrorThatNamesBoth()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Generator(_model).Generate([new GenerationRequest([1, 99])], Sampled));
        Assert.Contains("99", error.Message);
        Assert.Contains("32", error.Message);
    }

    [Fact]
    public void Cancellation_BetweenTokens_IsObeyed()
    {
        using var source = new CancellationTokenSource();
        int seen = 0;
        Assert.Throws<OperationCanceledException>(() => new Generator(_model).Generate(
            [new GenerationRequest([1])], Sampled with { EosTokenIds = [] }, (_, _) => { if (++seen == 3) source.Cancel(); }, cancellationToken: source.Token));
        Assert.Equal(3, seen);
    }
}
