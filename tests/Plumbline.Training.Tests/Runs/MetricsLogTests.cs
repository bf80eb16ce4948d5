using Plumbline.Training.Runs;

namespace Plumbline.Training.Tests.Runs;

public sealed class MetricsLogTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    private string Metrics => _temporary["metrics.jsonl"];

    private static Dictionary<string, double> Step(int step, double seconds) =>
        new() { ["reward"] = Math.Sqrt(step), ["rewards/be_safe/mean"] = 1.0 / (step + 2), [MetricNames.StepTime] = seconds };

    private string Text()
    {
        using var reader = new StreamReader(new FileStream(Metrics, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    private void Append(int from, int to, double seconds)
    {
        using var log = new MetricsLog(Metrics);
        for (int step = from; step <= to; step++)
            log.Append(step, Step(step, seconds));
    }

    [Fact]
    public void Append_Row_IsOneJsonObjectReadableAtOnce()
    {
        using var log = new MetricsLog(Metrics);
        log.Append(3, new Dictionary<string, double> { ["reward"] = 0.1, ["kl"] = 1e-7 });
        Assert.Equal("{\"step\":3,\"reward\":0.1,\"kl\":1E-07}\n", Text());
    }

    [Theory]
    [InlineData(0.1 + 0.2), InlineData(double.Epsilon), InlineData(-0.0), InlineData(double.MaxValue), InlineData(1.0 / 3)]
    [InlineData(double.NaN), InlineData(double.PositiveInfinity), InlineData(double.NegativeInfinity)]
    public void Read_AnyDouble_ComesBackBitForBit(double value)
    {
        using var log = new MetricsLog(Metrics);
        log.Append(1, new Dictionary<string, double> { ["loss"] = value });
        double back = MetricsLog.Read(Metrics)[0].Metrics["loss"];
        Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(back));
    }

    [Fact]
    public void Append_NotFinite_IsNullAndListed()
    {
        using var log = new MetricsLog(Metrics);
        log.Append(1, new Dictionary<string, double> { ["loss"] = double.NaN, ["kl"] = 0.5 });
        Assert.Equal("{\"step\":1,\"loss\":null,\"kl\":0.5,\"non_finite\":{\"loss\":\"NaN\"}}\n", Text());
    }

    [Theory, InlineData("step"), InlineData("non_finite")]
    public void Append_ReservedName_IsRefusedAndWritesNothing(string name)
    {
        using var log = new MetricsLog(Metrics);
        Assert.Throws<ArgumentException>(() => log.Append(1, new Dictionary<string, double> { [name] = 1 }));
        Assert.Empty(MetricsLog.Read(Metrics));
    }

    [Fact]
    public void TruncateAfter_InterruptedAndResumed_EqualsUninterrupted()
    {
        Append(1, 8, seconds: 0.5);
        IReadOnlyList<MetricsRow> uninterrupted = MetricsLog.Read(Metrics);
        File.Delete(Metrics);

        Append(1, 6, seconds: 0.5);                                           // checkpoint after 4, killed in the row of step 7
        File.AppendAllText(Metrics, "{\"step\":7,\"rew");
        using (var log = new MetricsLog(Metrics))
            log.TruncateAfter(4);
        Assert.Equal([1, 2, 3, 4], MetricsLog.Read(Metrics).Select(row => row.Step));
        Append(5, 8, seconds: 0.9);

        IReadOnlyList<MetricsRow> resumed = MetricsLog.Read(Metrics);
        Assert.Equal(uninterrupted.Count, resumed.Count);
        Assert.All(uninterrupted.Zip(resumed), pair => Assert.True(pair.First.SameApartFromTiming(pair.Second)));
    }

    [Fact]
    public void TruncateAfter_ThenAppend_GoesOnInTheSameLog()
    {
        Append(1, 3, seconds: 1);
        using var log = new MetricsLog(Metrics);
        log.TruncateAfter(0);
        log.Append(1, Step(1, 1));
        Assert.Equal([1], MetricsLog.Read(Metrics).Select(row => row.Step));
    }

    [Fact]
    public void Open_RowWithoutEnd_IsCutSoThatTheNextStandsAlone()
    {
        File.WriteAllText(Metrics, "{\"step\":1,\"reward\":1}\n{\"step\":2,\"rew");
        Append(2, 2, seconds: 1);
        Assert.Equal([1, 2], MetricsLog.Read(Metrics).Select(row => row.Step));
    }

    [Fact]
    public void Read_DamagedRow_NamesFileAndLine()
    {
        File.WriteAllText(Metrics, "{\"step\":1,\"reward\":1}\nnot json\n");
        string message = Assert.Throws<RunFolderException>(() => MetricsLog.Read(Metrics)).Message;
        Assert.Contains($"{Metrics}, line 2", message);
    }

    [Fact]
    public void SameApartFromTiming_OneBitOrOneMetricMore_IsDifferent()
    {
        var row = new MetricsRow(1, new Dictionary<string, double> { ["reward"] = 0.3, ["step_time"] = 1, ["time/rollout"] = 2 });
        Assert.True(row.SameApartFromTiming(new MetricsRow(1, new Dictionary<string, double> { ["reward"] = 0.3 })));
        Assert.False(row.SameApartFromTiming(new MetricsRow(1, new Dictionary<string, double> { ["reward"] = Math.BitIncrement(0.3) })));
        Assert.False(row.SameApartFromTiming(new MetricsRow(1, new Dictionary<string, double> { ["reward"] = 0.3, ["kl"] = 0 })));
        Assert.False(row.SameApartFromTiming(new MetricsRow(2, row.Metrics)));
    }
}
