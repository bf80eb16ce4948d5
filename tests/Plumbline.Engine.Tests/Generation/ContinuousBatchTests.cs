using Plumbline.Engine.Generation;
using Plumbline.Engine.Sampling;
using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Engine.Tests.Generation;

/// <summary>The continuous batch against the plain one, and against each row alone.</summary>
public sealed class ContinuousBatchTests : IDisposable
{
    private static readonly GenerationOptions Sampled = new() { MaxNewTokens = 40, Sampling = new SamplingOptions { Temperature = 0.8, Seed = 3 } };
    private readonly DecoderModel _model = TinyModels.Qwen2();

    public void Dispose() => _model.Dispose();

    // Groups of three; prompts of 1 to 61 tokens, half of which begin with the same 18.
    private static GenerationRequest[] Requests(int prompts = 8)
    {
        var random = new Random(2);
        int[] system = [.. Enumerable.Range(0, 18).Select(_ => 1 + random.Next(31))];
        return [.. Enumerable.Range(0, prompts).SelectMany(p =>
        {
            int[] own = [.. Enumerable.Range(0, 1 + p * 6).Select(_ => 1 + random.Next(31))];
            int[] prompt = p % 2 == 0 ? own : [.. system, .. own];
            return Enumerable.Range(0, 3).Select(g => new GenerationRequest([.. prompt], p, g));
        })];
    }

    private static void AssertSame(Completion[] expected, Completion[] actual)
    {
        Assert.Equal(expected.Select(c => string.Join(',', c.TokenIds)), actual.Select(c => string.Join(',', c.TokenIds)));
        Assert.Equal(expected.Select(c => c.FinishReason), actual.Select(c => c.FinishReason));
        foreach ((float before, float after) in expected.SelectMany(c => c.LogProbs).Zip(actual.SelectMany(c => c.LogProbs)))
            Assert.Equal(before, after, 1e-4f);
    }

    [Theory, InlineData(128), InlineData(5), InlineData(1)]
    public void Rows_HowManyEverRunAtOnce_HaveThePlainBatchsTokens(int maxRows)
    {
        GenerationRequest[] requests = Requests();
        Completion[] plain = new Generator(_model).Generate(requests, Sampled with { Plain = true });
        AssertSame(plain, new Generator(_model).Generate(requests, Sampled with { MaxRows = maxRows }));
        Assert.Contains(plain, c => c.FinishReason == FinishReason.Eos);     // rows leave early, others take their places
        Assert.Contains(plain, c => c.FinishReason == FinishReason.Length);
    }

    [Fact]
    public void Row_HasTheSameTokens_WhateverElseIsInTheBatch()
    {
        GenerationRequest[] requests = Requests();
        Completion[] together = new Generator(_model).Generate(requests, Sampled with { MaxRows = 7 });
        Completion[] reversed = new Generator(_model).Generate([.. requests.Reverse()], Sampled with { MaxRows = 4 });
        AssertSame(together, [.. reversed.Reverse()]);
        AssertSame(together, [.. requests.Select(r => new Generator(_model).Generate([r], Sampled)[0])]);
    }

    [Fact]
    public void SlidingWindow_AndSeparateHead_HaveThePlainBatchsTokens()
    {
        ModelConfig config = TinyModels.Config() with { SlidingWindow = 9, SlidingLayers = [true, false], TieWordEmbeddings = false, QkNorm = true };
        using DecoderModel model = DecoderModel.Create(config, 4);
        GenerationRequest[] requests = Requests();
        AssertSame(new Generator(model).Generate(requests, Sampled with { Plain = true }), new Generator(model).Generate(requests, Sampled with { MaxRows = 6 }));
    }

    [Fact]
    public void ActiveAdapter_HasThePlainBatchsTokens()
    {
        using LoraAdapter adapter = LoraAdapter.Create(_model, new AdapterConfig { R = 4 }, 5);
        using (torch.no_grad())
            foreach ((_, Tensor weight) in adapter.NamedParameters())
                weight.add_(0.2); // B is zero at first
        GenerationRequest[] requests = Requests();
        Completion[] bare = new Generator(_model).Generate(requests, Sampled);
        _model.Activate(adapter);
        Completion[] plain = new Generator(_model).Generate(requests, Sampled with { Plain = true });
        AssertSame(plain, new Generator(_model).Generate(requests, Sampled with { MaxRows = 7 }));
        Assert.NotEqual(bare.Select(c => string.Join(',', c.TokenIds)), plain.Select(c => string.Join(',', c.TokenIds)));
        _model.Activate(null);
    }

    [Fact]
    public void ModelThatIsNotDecodedApart_HasThePlainBatchsTokens()
    {
        using DecoderModel model = DecoderModel.Create(TinyModels.Config() with { HiddenSize = 8 }, 4);
        Assert.False(RowDecoder.Serves(model));
        GenerationRequest[] requests = Requests();
        AssertSame(new Generator(model).Generate(requests, Sampled with { Plain = true }), new Generator(model).Generate(requests, Sampled with { MaxRows = 6 }));
    }

    [Fact]
    public void MoreRowsThanAreDecodedAtOnce_HaveThePlainBatchsTokens()
    {
        GenerationRequest[] requests = [.. Enumerable.Range(0, RowDecoder.RowsAtOnce + 20).Select(i => new GenerationRequest([1 + i % 31, 2, 3], i))];
        GenerationOptions options = Sampled with { MaxNewTokens = 12, MaxRows = requests.Length };
        AssertSame(new Generator(_model).Generate(requests, options with { Plain = true }), new Generator(_model).Generate(requests, options));
    }

    [Fact]
    public void RowsOfTheirOwnOptions_HaveTheTokensTheyHaveAlone()
    {
        GenerationOptions[] ways =
        [
            Sampled,
            Sampled with { MaxNewTokens = 3 },
            Sampled with { EosTokenIds = [1, 2, 3, 4, 5], Sampling = new SamplingOptions { Seed = 9 } },
            Sampled with { MinNewTokens = 20, Sampling = new SamplingOptions { Temperature = 0 } },
            Sampled with { Sampling = new SamplingOptions { TopP = 0.6, RepetitionPenalty = 1.3 } },
            Sampled with { Sampling = new SamplingOptions { TopK = 3 } },
        ];
        GenerationRequest[] requests = [.. Requests().Select((r, i) => r with { Options = ways[i % ways.Length] })];
        Completion[] mixed = new Generator(_model).Generate(requests, new GenerationOptions { MaxRows = 5 });
        AssertSame([.. requests.Select(r => new Generator(_model).Generate([r], new GenerationOptions { Plain = true })[0])], mixed);
        AssertSame(mixed, new Generator(_model).Generate(requests, new GenerationOptions { Plain = true }));
        Assert.All(mixed.Where((_, i) => i % ways.Length == 1), c => Assert.InRange(c.TokenIds.Length, 1, 3));
        Assert.All(mixed.Where((_, i) => i % ways.Length == 3), c => Assert.InRange(c.TokenIds.Length, 20, 40));
    }

    [Fact]
    public void PromptLongerThanAPass_HasThePlainBatchsTokens()
    {
        using DecoderModel model = DecoderModel.Create(TinyModels.Config() with { MaxPositionEmbeddings = 4096 }, 7);
        var random = new Random(6);
        int[] system = [.. Enumerable.Range(0, 2100).Select(_ => 1 + random.Next(31))];
        GenerationRequest[] requests = [.. Enumerable.Range(0, 3).Select(i => new GenerationRequest([.. system, 1 + i], i))];
        GenerationOptions options = Sampled with { MaxNewTokens = 6 };
        AssertSame(new Generator(model).Generate(requests, options with { Plain = true }), new Generator(model).Generate(requests, options));
    }

    [Fact]
    public void EachToken_IsToldAsItIsDrawn_WithItsRequest()
    {
        GenerationRequest[] requests = Requests(4);
        List<int>[] told = [.. requests.Select(_ => new List<int>())];
        Completion[] completions = new Generator(_model).Generate(requests, Sampled with { MaxRows = 3 }, (row, id) => told[row].Add(id));
        Assert.Equal(completions.Select(c => string.Join(",", c.TokenIds)), told.Select(ids => string.Join(",", ids)));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void EachCompletion_IsToldOnce_AtItsLastToken_WhileOthersRun(bool plain)
    {
        GenerationRequest[] requests = Requests(4);
        int[] drawn = new int[requests.Length];
        var told = new List<(int Row, Completion Completion, int Drawn, int AllDrawn)>();
        Completion[] completions = new Generator(_model).Generate(
            requests, Sampled with { MaxRows = 5, Plain = plain }, (row, _) => drawn[row]++, (row, completion) => told.Add((row, completion, drawn[row], drawn.Sum())));
        Assert.Equal(Enumerable.Range(0, requests.Length), told.Select(t => t.Row).Order());
        Assert.All(told, t => Assert.Same(completions[t.Row], t.Completion));
        Assert.All(told, t => Assert.Equal(t.Completion.TokenIds.Length, t.Drawn));
        Assert.True(told[0].AllDrawn < told[^1].AllDrawn);
        Assert.True(told.Select(t => t.AllDrawn).Distinct().Count() > 3); // not all at the end of a batch
    }

    [Fact]
    public void FinishedRow_LeavesAtOnce_AndTheNextTakesItsPlace()
    {
        // Two at once: row 0 ends after two tokens, row 2 comes for it while row 1 goes on; then row 3, alone at the end.
        GenerationOptions unending = Sampled with { EosTokenIds = [] };
        GenerationRequest[] requests = [.. new[] { 2, 3, 2, 3 }.Select((n, i) => new GenerationRequest([1, 2], i, 0, unending with { MaxNewTokens = n }))];
        var told = new List<int>();
        new Generator(_model).Generate(requests, new GenerationOptions { MaxRows = 2 }, (row, _) => told.Add(row));
        Assert.Equal([0, 1, 0, 1, 1, 2, 2, 3, 3, 3], told);
    }

    [Fact]
    public void Pages_AreAllFree_WhenTheLastRowHasFinished()
    {
        using var cache = new PagedCache(_model.Config);
        using var noGradient = torch.no_grad();
        new ContinuousBatch(_model, cache, 5).Run([.. Requests().Select((r, i) => new GenerationRow(i, r, Sampled, [], null))], null, null, CancellationToken.None);
        Assert.Equal(0, cache.PagesInUse);
    }

    [Fact]
    public void NoRowsAtOnce_IsAnError() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Generator(_model).Generate(Requests(1), Sampled with { MaxRows = 0 }));
}
