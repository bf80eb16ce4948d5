using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Models.Tests.Decoder;

public sealed class PagedCacheTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string, string> Folders() => GoldenFolders.LanguageModels();

    [Theory, MemberData(nameof(Folders))]
    public void TextCutIntoSegmentsAndTokens_HasTheReferencesLogits(string name, string configFile)
    {
        using GoldenModel golden = GoldenModel.Open(name, configFile);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        using var cache = new PagedCache(golden.Model.Config);
        for (int row = 0; row < 2; row++)
        {
            int[] at = [.. Enumerable.Range(0, (int)golden["input_ids"].shape[1]).Where(i => golden["attention_mask"][row, i].ToInt64() == 1)];
            int[] text = [.. at.Select(i => (int)golden["input_ids"][row, i].ToInt64())];
            // Six tokens, five that continue them in the same pass, then one at a time in a third segment.
            CacheSegment begin = cache.Open();
            cache.Begin();
            cache.Extend(begin, 6);
            CacheSegment middle = cache.Open(begin);
            cache.Extend(middle, 5);
            var pieces = new List<Tensor> { Pass(golden.Model, cache, text[..11], 0) };
            CacheSegment end = cache.Open(middle);
            for (int i = 11; i < text.Length; i++)
            {
                cache.Begin();
                cache.Extend(end, 1);
                pieces.Add(Pass(golden.Model, cache, [text[i]], i));
            }
            Tensor expected = golden["logits"].select(0, row).index_select(0, torch.tensor(at.Select(i => (long)i).ToArray()));
            Assert.InRange((golden.Model.Logits(torch.cat(pieces)) - expected).abs().max().ToDouble(), 0, Tolerance);
        }
    }

    // Widths that fill a vector, leave a rest, or are less than one; windows that begin and end inside a page of 32; every page boundary.
    [Theory]
    [InlineData(4, 2, 4, null)]
    [InlineData(2, 1, 24, null)]
    [InlineData(4, 4, 16, 37)]
    [InlineData(6, 2, 40, 5)]
    [InlineData(4, 1, 64, 32)]
    public void LongTexts_SideBySide_HaveTheStatesTheyHaveAlone(int heads, int keyValueHeads, int headDim, int? window)
    {
        ModelConfig config = TinyModels.Config() with
        {
            NumAttentionHeads = heads,
            NumKeyValueHeads = keyValueHeads,
            HeadDim = headDim,
            QkNorm = headDim == 40,
            MaxPositionEmbeddings = 256,
            SlidingWindow = window,
            SlidingLayers = window is null ? [] : [true, false],
        };
        using DecoderModel model = DecoderModel.Create(config, 5);
        int threads = torch.get_num_threads();
        torch.set_num_threads(2); // long prompts are shared out
        try
        {
            using var scope = torch.NewDisposeScope();
            using var noGradient = torch.no_grad();
            using var cache = new PagedCache(config);
            int[][] texts = [Text(1, 150), Text(2, 33), Text(3, 70)];
            int[] given = [140, 3, 64];
            CacheSegment[] segments = [.. texts.Select(_ => cache.Open())];
            cache.Begin();
            for (int i = 0; i < texts.Length; i++)
                cache.Extend(segments[i], given[i]);
            Tensor prompts = Pass(model, cache, [.. texts.SelectMany((t, i) => t[..given[i]])], [.. given.SelectMany(n => Enumerable.Range(0, n))]);
            List<Tensor>[] states = [.. texts.Select((_, i) => new List<Tensor> { prompts.narrow(0, given[..i].Sum(), given[i]) })];
            for (int step = 0; step < 30; step++)
            {
                int[] running = [.. Enumerable.Range(0, texts.Length).Where(i => given[i] + step < texts[i].Length)];
                cache.Begin();
                foreach (int i in running)
                    cache.Extend(segments[i], 1);
                Tensor next = Pass(model, cache, [.. running.Select(i => texts[i][given[i] + step])], [.. running.Select(i => given[i] + step)]);
                for (int r = 0; r < running.Length; r++)
                    states[running[r]].Add(next.narrow(0, r, 1));
            }
            for (int i = 0; i < texts.Length; i++)
            {
                Tensor alone = model.Hidden(torch.tensor(texts[i].Select(id => (long)id).ToArray()).unsqueeze(0)).squeeze(0);
                Assert.InRange((torch.cat(states[i]) - alone).abs().max().ToDouble(), 0, Tolerance);
            }
        }
        finally
        {
            torch.set_num_threads(threads);
        }
    }

    // The first and the third begin with so many that the library mixes them (not within a window); the second goes on with as many.
    [Theory, InlineData(4, 4, null), InlineData(6, 2, null), InlineData(4, 2, 300)]
    public void BeginningsOfAThousandTokens_AndWhatContinuesThem_HaveTheStatesTheyHaveAlone(int heads, int keyValueHeads, int? window)
    {
        ModelConfig config = TinyModels.Config() with
        {
            NumAttentionHeads = heads,
            NumKeyValueHeads = keyValueHeads,
            HeadDim = 8,
            MaxPositionEmbeddings = 4096,
            SlidingWindow = window,
            SlidingLayers = window is null ? [] : [true, false],
        };
        using DecoderModel model = DecoderModel.Create(config, 5);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        using var cache = new PagedCache(config);
        int[] begun = [PagedCache.ManyTogether, PagedCache.ManyTogether - 1, PagedCache.ManyTogether + 7];
        int[] added = [1, PagedCache.ManyTogether + 1, 41];
        int[][] texts = [.. begun.Select((n, i) => Text(i, n + added[i]))];
        CacheSegment[] segments = [.. texts.Select(_ => cache.Open())];
        cache.Begin();
        for (int i = 0; i < texts.Length; i++)
            cache.Extend(segments[i], begun[i]);
        Tensor first = Pass(model, cache, [.. texts.SelectMany((t, i) => t[..begun[i]])], [.. begun.SelectMany(n => Enumerable.Range(0, n))]);
        cache.Begin();
        for (int i = 0; i < texts.Length; i++)
            cache.Extend(cache.Open(segments[i]), added[i]);
        Tensor second = Pass(model, cache, [.. texts.SelectMany((t, i) => t[begun[i]..])], [.. begun.SelectMany((n, i) => Enumerable.Range(n, added[i]))]);
        for (int i = 0; i < texts.Length; i++)
        {
            Tensor states = torch.cat([first.narrow(0, begun[..i].Sum(), begun[i]), second.narrow(0, added[..i].Sum(), added[i])]);
            Tensor alone = model.Hidden(torch.tensor(texts[i].Select(id => (long)id).ToArray()).unsqueeze(0)).squeeze(0);
            Assert.InRange((states - alone).abs().max().ToDouble(), 0, Tolerance);
        }
    }

    [Fact]
    public void ContinuationsOfOnePrompt_DoNotSeeEachOther()
    {
        using DecoderModel model = TinyModels.Qwen2();
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        using var cache = new PagedCache(model.Config);
        CacheSegment prompt = cache.Open();
        cache.Begin();
        cache.Extend(prompt, 3);
        _ = Pass(model, cache, [1, 2, 3], 0);
        CacheSegment[] rows = [cache.Open(prompt), cache.Open(prompt)];
        Tensor states = torch.empty(0);
        foreach (int[] tokens in new int[][] { [4, 5], [6, 7] })
        {
            cache.Begin();
            cache.Extend(rows[0], 1);
            cache.Extend(rows[1], 1);
            int place = tokens[0] == 4 ? 3 : 4;
            states = Pass(model, cache, tokens, [place, place]);
        }
        foreach ((int row, long[] text) in new[] { (0, new long[] { 1, 2, 3, 4, 6 }), (1, new long[] { 1, 2, 3, 5, 7 }) })
            Assert.InRange((states.select(0, row) - model.Hidden(torch.tensor(text).unsqueeze(0)).select(1, 4).squeeze(0)).abs().max().ToDouble(), 0, Tolerance);
    }

    [Fact]
    public void Pages_AreFree_WhenNothingContinuesThem()
    {
        using var cache = new PagedCache(TinyModels.Config());
        CacheSegment prompt = cache.Open();
        cache.Begin();
        cache.Extend(prompt, 33);                                  // two pages of 32
        CacheSegment row = cache.Open(prompt);
        cache.Extend(row, 1);
        Assert.Equal((3, 33, 34), (cache.PagesInUse, row.Start, row.End));
        cache.Close(prompt);
        Assert.Equal(3, cache.PagesInUse);                         // the row still reads them
        cache.Close(row);
        Assert.Equal(0, cache.PagesInUse);
        Assert.Throws<InvalidOperationException>(() => cache.Close(row));
    }

    [Fact]
    public void SegmentThatIsContinued_GrowsNoMore()
    {
        using var cache = new PagedCache(TinyModels.Config());
        CacheSegment prompt = cache.Open();
        cache.Begin();
        cache.Extend(prompt, 2);
        _ = cache.Open(prompt);
        Assert.Throws<InvalidOperationException>(() => cache.Extend(prompt, 1));
    }

    [Fact]
    public void PassOfOtherTokensThanPrepared_IsAnError()
    {
        using DecoderModel model = TinyModels.Qwen2();
        using var noGradient = torch.no_grad();
        using var cache = new PagedCache(model.Config);
        cache.Begin();
        cache.Extend(cache.Open(), 2);
        Assert.Throws<InvalidOperationException>(() => Pass(model, cache, [1, 2, 3], 0));
    }

    private static int[] Text(int seed, int length)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(32))];
    }

    private static Tensor Pass(DecoderModel model, PagedCache cache, int[] ids, int from) =>
        Pass(model, cache, ids, [.. Enumerable.Range(from, ids.Length)]);

    private static Tensor Pass(DecoderModel model, PagedCache cache, int[] ids, int[] positions) => model.Hidden(
        torch.tensor(ids.Select(i => (long)i).ToArray()).unsqueeze(1), torch.tensor(positions.Select(i => (long)i).ToArray()).unsqueeze(1), null, cache).squeeze(1);
}
