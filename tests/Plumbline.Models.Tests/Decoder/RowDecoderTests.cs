using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Models.Tests.Decoder;

/// <summary>The tensor-free pass against the plain one, and against each row alone.</summary>
public sealed class RowDecoderTests
{
    private const double Tolerance = 1e-5; // of the largest logit

    public static TheoryData<string, string> Folders() => GoldenFolders.LanguageModels();

    // Width, feed-forward, heads, key-value heads, head width, vocabulary: multiples of a vector, none, and more and less than one.
    [Theory]
    [InlineData(16, 32, 4, 2, 4, 32)]
    [InlineData(27, 45, 3, 1, 6, 33)]
    [InlineData(96, 80, 4, 4, 24, 41)]
    [InlineData(40, 33, 6, 2, 40, 50)]
    public void Logits_OfAnyShape_AreThePlainPasss(int width, int inner, int heads, int keyValueHeads, int headDim, int vocabulary)
    {
        ModelConfig config = TinyModels.Config(vocabulary) with
        {
            HiddenSize = width,
            IntermediateSize = inner,
            NumAttentionHeads = heads,
            NumKeyValueHeads = keyValueHeads,
            HeadDim = headDim,
        };
        AssertPlain(config);
    }

    [Fact]
    public void Logits_WithBiasesNormsOfHeadsAndSeparateHead_AreThePlainPasss() =>
        AssertPlain(TinyModels.Config() with { QkvBias = true, OutputBias = true, MlpBias = true, QkNorm = true, TieWordEmbeddings = false });

    [Fact]
    public void Logits_UnderASlidingWindow_AreThePlainPasss() =>
        AssertPlain(TinyModels.Config() with { SlidingWindow = 5, SlidingLayers = [true, false] });

    [Fact]
    public void Logits_WithAnAdapter_AreThePlainPasss()
    {
        using DecoderModel model = TinyModels.Qwen2();
        using LoraAdapter adapter = LoraAdapter.Create(model, new AdapterConfig { R = 3, LoraAlpha = 5, TargetModules = ["q_proj", "o_proj", "up_proj", "down_proj"] }, 3);
        adapter.Train(true);
        model.Activate(adapter);
        Disturb(adapter.NamedParameters());
        AssertPlain(model);
    }

    [Theory, MemberData(nameof(Folders))]
    public void Logits_OfEveryFamily_AreTheReferences(string name, string configFile)
    {
        using GoldenModel golden = GoldenModel.Open(name, configFile);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        for (int row = 0; row < 2; row++)
        {
            int[] at = [.. Enumerable.Range(0, (int)golden["input_ids"].shape[1]).Where(i => golden["attention_mask"][row, i].ToInt64() == 1)];
            float[][] logits = Decode(golden.Model, [[.. at.Select(i => golden["input_ids"][row, i].ToInt64())]]);
            Tensor expected = golden["logits"].select(0, row).index_select(0, torch.tensor(at.Select(i => (long)i).ToArray()));
            Assert.InRange((torch.tensor(logits[0]).view_as(expected) - expected).abs().max().ToDouble(), 0, 1e-4);
        }
    }

    // 31 rows fill seven tiles of four and leave three; two threads get 15 and 16. Of 15 rows the head, 15 x 200 x 1003 products, is shared out to both.
    [Theory, InlineData(31, 1), InlineData(31, 2), InlineData(15, 2)]
    public void Row_WhateverIsBesideItAndOnAnyThreads_HasTheSameBits(int count, int threadsTogether)
    {
        using DecoderModel model = DecoderModel.Create(TinyModels.Config(1003) with { HiddenSize = 200, IntermediateSize = 509 }, 2);
        using var noGradient = torch.no_grad();
        long[][] texts = [.. Enumerable.Range(0, count).Select(i => Text(i, 12 + i % 5, 1003))];
        int threads = torch.get_num_threads();
        try
        {
            torch.set_num_threads(threadsTogether);
            float[][] together = Decode(model, texts);
            torch.set_num_threads(1);
            foreach (int row in new[] { 0, 2, count / 2, count - 3, count - 1 })
                Assert.Equal(Decode(model, [texts[row]])[0], together[row]);
        }
        finally
        {
            torch.set_num_threads(threads);
        }
    }

    // 24 tokens of one text, and one of a text that goes on from them: each sees those before it, so no two may run apart.
    [Fact]
    public void TokensThatSeeEachOther_OnTwoThreads_AreThePlainPasss()
    {
        using DecoderModel model = TinyModels.Qwen2();
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        long[] text = Text(3, 25, model.Config.VocabSize);
        using var cache = new PagedCache(model.Config);
        using var decoder = new RowDecoder(model, cache);
        int threads = torch.get_num_threads();
        try
        {
            torch.set_num_threads(2);
            cache.Begin();
            CacheSegment beginning = cache.Open();
            cache.Extend(beginning, 24);
            cache.Extend(cache.Open(beginning), 1);
            Assert.False(cache.IsApart);
            Span<float> logits = decoder.Logits(text, [.. Enumerable.Range(0, 25).Select(i => (long)i)]);
            Tensor plain = model.Logits(model.Hidden(torch.tensor(text).unsqueeze(0)));
            Assert.InRange((torch.tensor(logits.ToArray()).view_as(plain) - plain).abs().max().ToDouble(), 0, 1e-5);
        }
        finally
        {
            torch.set_num_threads(threads);
        }
    }

    // One token each, but the second text goes on from the first, which grew in the same pass; in the next pass it stands still.
    [Fact]
    public void Pass_IsApart_WhereNoTextGoesOnFromAnotherOfIt()
    {
        using var cache = new PagedCache(TinyModels.Config());
        cache.Begin();
        CacheSegment beginning = cache.Open(), alone = cache.Open();
        cache.Extend(beginning, 1);
        cache.Extend(alone, 1);
        Assert.True(cache.IsApart);
        CacheSegment behind = cache.Open(beginning);
        cache.Extend(behind, 1);
        Assert.False(cache.IsApart);
        cache.Begin();
        cache.Extend(behind, 1);
        cache.Extend(alone, 1);
        Assert.True(cache.IsApart);
        cache.Extend(alone, 1);
        Assert.False(cache.IsApart);
    }

    [Fact]
    public void Pass_AfterTheFirst_AllocatesNothing()
    {
        using DecoderModel model = TinyModels.Qwen2();
        using var cache = new PagedCache(model.Config);
        using var decoder = new RowDecoder(model, cache);
        CacheSegment[] rows = [cache.Open(), cache.Open()];
        long allocated = 0;
        for (long place = 0; place < 4; place++)
        {
            cache.Begin();
            foreach (CacheSegment row in rows)
                cache.Extend(row, 1);
            long before = GC.GetAllocatedBytesForCurrentThread();
            _ = decoder.Logits([1, 2], [place, place]);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Models_ItCannotRead_AreLeftToTensors()
    {
        using DecoderModel narrow = DecoderModel.Create(TinyModels.Config() with { HiddenSize = 8 }, 1), model = TinyModels.Qwen2();
        using LoraAdapter adapter = LoraAdapter.Create(model, new AdapterConfig { R = 2, LoraAlpha = 4, LoraDropout = 0.1, TargetModules = ["q_proj"] }, 3);
        Assert.False(RowDecoder.Serves(narrow));
        bool served = RowDecoder.Serves(model);
        model.Activate(adapter);
        Assert.Equal(served, RowDecoder.Serves(model));
        adapter.Train(true); // drops inputs at random
        Assert.False(RowDecoder.Serves(model));
    }

    [Fact]
    public void PassOfOtherTokensThanPreparedOrOfStrangers_IsAnError()
    {
        using DecoderModel model = TinyModels.Qwen2();
        using var cache = new PagedCache(model.Config);
        using var decoder = new RowDecoder(model, cache);
        cache.Begin();
        cache.Extend(cache.Open(), 1);
        Assert.Throws<InvalidOperationException>(() =>
        {
            _ = decoder.Logits([1, 2], [0, 1]);
        });
        string message = Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            _ = decoder.Logits([32], [0]);
        }).Message;
        Assert.Contains("Token 32 at place 0", message);
    }

    private static void AssertPlain(ModelConfig config)
    {
        using DecoderModel model = DecoderModel.Create(config, 5);
        Disturb(model.NamedParameters()); // biases are not zero then, nor norms one
        AssertPlain(model);
    }

    private static void AssertPlain(DecoderModel model)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        long[][] texts = Texts(model);
        float[][] logits = Decode(model, texts);
        for (int row = 0; row < texts.Length; row++)
        {
            Tensor plain = model.Logits(model.Hidden(torch.tensor(texts[row]).unsqueeze(0)));
            double error = (torch.tensor(logits[row]).view_as(plain) - plain).abs().max().ToDouble();
            Assert.InRange(error / plain.abs().max().ToDouble(), 0, Tolerance);
        }
    }

    // Five rows of 20 to 60 tokens: the number of rows that run falls from a tile and one to one.
    private static long[][] Texts(DecoderModel model) => [.. Enumerable.Range(0, 5).Select(i => Text(i, 20 + 10 * i, model.Config.VocabSize))];

    private static long[] Text(int seed, int length, int vocabulary)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (long)random.Next(vocabulary))];
    }

    private static void Disturb(IEnumerable<KeyValuePair<string, Tensor>> weights)
    {
        using var noGradient = torch.no_grad();
        var generator = new torch.Generator(11);
        foreach ((_, Tensor weight) in weights)
        {
            using Tensor noise = torch.empty(weight.shape).normal_(0, 0.1, generator);
            weight.add_(noise);
        }
    }

    // The logits of every token of every text, one token of each at a time.
    private static float[][] Decode(DecoderModel model, long[][] texts)
    {
        using var cache = new PagedCache(model.Config);
        using var decoder = new RowDecoder(model, cache);
        int vocabulary = model.Config.VocabSize;
        List<float>[] logits = [.. texts.Select(_ => new List<float>())];
        CacheSegment[] segments = [.. texts.Select(_ => cache.Open())];
        for (int place = 0; place < texts.Max(t => t.Length); place++)
        {
            int[] running = [.. Enumerable.Range(0, texts.Length).Where(i => place < texts[i].Length)];
            cache.Begin();
            foreach (int i in running)
                cache.Extend(segments[i], 1);
            Span<float> rows = decoder.Logits([.. running.Select(i => texts[i][place])], [.. running.Select(_ => (long)place)]);
            for (int r = 0; r < running.Length; r++)
                logits[running[r]].AddRange(rows.Slice(r * vocabulary, vocabulary));
        }
        return [.. logits.Select(l => l.ToArray())];
    }
}
