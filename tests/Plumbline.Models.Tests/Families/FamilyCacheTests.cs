using Plumbline.Models.Decoder;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Models.Tests.Families;

/// <summary>Every family with a cache, whichever it is, has the states it has without.</summary>
public sealed class FamilyCacheTests
{
    private const double Tolerance = 2e-5;
    private static readonly long[] First = [3, 17, 5, 5, 30, 1, 9, 22, 14, 2, 31, 8], Second = [7, 7, 2, 29, 11, 4];

    public static TheoryData<string> Families() => TinyFamilies.Names();

    // The second row is padded by six on the left.
    [Theory, MemberData(nameof(Families))]
    public void BlockCache_FilledInPieces_GivesTheStatesOfWholeRows(string family)
    {
        using DecoderModel model = TinyFamilies.Create(family);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        long[] padding = new long[First.Length - Second.Length];
        Tensor ids = torch.tensor((long[])[.. First, .. padding, .. Second]).view(2, -1);
        Tensor positions = torch.stack([torch.arange(12), (torch.arange(12) - padding.Length).clamp_min(0)]);
        Tensor present = torch.stack([torch.ones(12, dtype: torch.ScalarType.Bool), torch.arange(12).ge(padding.Length)]);
        using var cache = new KvCache(model.Config, 2, 12, model.Embedding.dtype);
        var pieces = new List<Tensor>();
        foreach ((long start, long count) in new[] { (0L, 7L), (7, 1), (8, 1), (9, 3) })
            pieces.Add(model.Hidden(ids.narrow(1, start, count), positions.narrow(1, start, count), present.narrow(1, 0, start + count), cache));
        Tensor states = torch.cat(pieces, 1);
        Assert.InRange((states[0] - Alone(model, First)).abs().max().ToDouble(), 0, Tolerance);
        Assert.InRange((states[1].narrow(0, padding.Length, Second.Length) - Alone(model, Second)).abs().max().ToDouble(), 0, Tolerance);
    }

    [Theory, MemberData(nameof(Families))]
    public void PagedCache_OfTwoTexts_GivesTheStatesOfEachAlone(string family)
    {
        using DecoderModel model = TinyFamilies.Create(family);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        using var cache = new PagedCache(model.Config);
        CacheSegment first = cache.Open(), second = cache.Open();
        cache.Begin();
        cache.Extend(first, 9);
        cache.Extend(second, 3);
        Tensor prompts = Pass([.. First[..9], .. Second[..3]], [0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2]);
        var states = (First: new List<Tensor> { prompts.narrow(0, 0, 9) }, Second: new List<Tensor> { prompts.narrow(0, 9, 3) });
        for (int step = 0; step < 3; step++)
        {
            cache.Begin();
            cache.Extend(first, 1);
            cache.Extend(second, 1);
            Tensor next = Pass([First[9 + step], Second[3 + step]], [9 + step, 3 + step]);
            states.First.Add(next.narrow(0, 0, 1));
            states.Second.Add(next.narrow(0, 1, 1));
        }
        Assert.InRange((torch.cat(states.First) - Alone(model, First)).abs().max().ToDouble(), 0, Tolerance);
        Assert.InRange((torch.cat(states.Second) - Alone(model, Second)).abs().max().ToDouble(), 0, Tolerance);

        Tensor Pass(long[] ids, long[] places) => model.Hidden(torch.tensor(ids).unsqueeze(1), torch.tensor(places).unsqueeze(1), null, cache).squeeze(1);
    }

    // A row's beginning that is long enough to be mixed by the library's kernel, or by its steps.
    [Theory, MemberData(nameof(Families))]
    public void PagedCache_OfAThousandTokensAtOnce_GivesTheStatesOfTheTextAlone(string family)
    {
        using DecoderModel model = DecoderModel.Create(TinyFamilies.Config(family) with { MaxPositionEmbeddings = 2048, SlidingWindow = null, SlidingLayers = [] }, 3);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        using var cache = new PagedCache(model.Config);
        long[] text = [.. Enumerable.Range(0, PagedCache.ManyTogether + 3).Select(i => i * 7919L % 31)];
        cache.Begin();
        cache.Extend(cache.Open(), text.Length);
        Tensor states = model.Hidden(torch.tensor(text).unsqueeze(1), torch.arange(text.Length).unsqueeze(1), null, cache).squeeze(1);
        Assert.InRange((states - Alone(model, text)).abs().max().ToDouble(), 0, 1e-4);
    }

    // The tensor-free path decodes what it knows as the tensors do, and leaves the rest to them.
    [Theory, MemberData(nameof(Families))]
    public void RowDecoder_WhereItServes_GivesTheLogitsOfTheTensors(string family)
    {
        using DecoderModel model = TinyFamilies.Create(family);
        bool plain = family is "qwen2" or "qwen3" or "llama" or "mistral" or "phi3";
        Assert.Equal(plain && System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated, RowDecoder.Serves(model));
        if (!RowDecoder.Serves(model))
            return;
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        Tensor expected = model.Logits(Alone(model, First));
        using var cache = new PagedCache(model.Config);
        using var decoder = new RowDecoder(model, cache);
        CacheSegment row = cache.Open();
        for (int place = 0; place < First.Length; place++)
        {
            cache.Begin();
            cache.Extend(row, 1);
            float[] logits = decoder.Logits([First[place]], [place]).ToArray();
            Assert.InRange((torch.tensor(logits) - expected[place]).abs().max().ToDouble(), 0, Tolerance);
        }
    }

    private static Tensor Alone(DecoderModel model, long[] text) => model.Hidden(torch.tensor(text).unsqueeze(0)).squeeze(0);
}
