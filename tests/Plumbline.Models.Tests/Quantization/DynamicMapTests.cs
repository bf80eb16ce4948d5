using Plumbline.Models.Quantization;

namespace Plumbline.Models.Tests.Quantization;

public sealed class DynamicMapTests
{
    // The lowest decade has one part, (0.1 + 1)/2 · 10⁻⁶ = 5.5e-7; the highest 64, the last of which is 0.1 + 0.9·63.5/64 = 0.99296875.
    [Fact]
    public void Signed_Levels_AreThoseWorkedByHand()
    {
        float[] levels = DynamicMap.Signed.Levels.ToArray();
        Assert.Equal(256, levels.Distinct().Count());
        Assert.Equal((-0.99296875f, 0f, 1f), (levels[0], levels[127], levels[255]));
        Assert.Equal((-5.5e-7f, 5.5e-7f), (levels[126], levels[128]));
        Assert.Equal(0.99296875f, levels[254]);
    }

    // Without signs the lowest decade has two parts, 0.325e-6 and 0.775e-6, the highest 128.
    [Fact]
    public void Unsigned_Levels_AreThoseWorkedByHand()
    {
        float[] levels = DynamicMap.Unsigned.Levels.ToArray();
        Assert.Equal((0f, 3.25e-7f, 7.75e-7f, (float)(0.1 + 0.9 * 127.5 / 128), 1f), (levels[0], levels[1], levels[2], levels[254], levels[255]));
        Assert.Equal(256, levels.Distinct().Count());
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Nearest_AnyNumber_IsTheNearestLevel(bool signed)
    {
        DynamicMap map = signed ? DynamicMap.Signed : DynamicMap.Unsigned;
        float[] levels = map.Levels.ToArray();
        var random = new Random(3);
        foreach (float x in Enumerable.Range(0, 2000).Select(i => (float)(Math.Pow(10, -8 * random.NextDouble()) * (i % 2 == 0 || !signed ? 1 : -1))).Concat(levels))
            Assert.Equal(levels.Min(level => Math.Abs((double)level - x)), Math.Abs((double)levels[map.Nearest(x)] - x), 1e-7);
        Assert.Equal((255, 0), (map.Nearest(float.PositiveInfinity), map.Nearest(float.NegativeInfinity)));
    }
}
