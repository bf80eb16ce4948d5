using Plumbline.Cli.Display;
using Plumbline.Training.Runs;
using Spectre.Console.Testing;

namespace Plumbline.Cli.Tests.Display;

public sealed class RunDisplayTests
{
    private static readonly string[] Objectives = ["politeness", "safety [new]"];

    private static StepReport Report(int step, double reward, int total = 120) => new("grpo", step, total, TimeSpan.FromSeconds(step), new Dictionary<string, double>
    {
        ["reward"] = reward,
        ["rewards/politeness/mean"] = reward / 2,
        ["rewards/safety [new]/mean"] = 1 - reward,
        ["kl"] = 0.0213,
        ["completions/mean_length"] = 48.25,
        ["tokens_per_second"] = 1830.4,
        ["loss"] = 0.1,
    }, Objectives);

    private static string[] Plain(Action<RunDisplay, ManualTime> run)
    {
        var console = new TestConsole().Width(40);
        var time = new ManualTime();
        using (var display = new RunDisplay(console, live: false, time))
            run(display, time);
        return console.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    // 1 second a step, so 118 steps left are 1:58.
    [Fact]
    public void Plain_Step_IsOneUnbrokenLineWithoutAnsi()
    {
        string[] lines = Plain((display, time) =>
        {
            display.OnStep(Report(1, 0.25));
            time.Advance(2);
            display.OnStep(Report(2, 0.5));
        });
        Assert.Equal("grpo 1/120  reward 0.250  politeness 0.125  safety [new] 0.750  kl 0.021  length 48.3  1,830 tokens/s  0:01 gone", lines[0]);
        Assert.Equal("grpo 2/120  reward 0.500  politeness 0.250  safety [new] 0.500  kl 0.021  length 48.3  1,830 tokens/s  1:58 left", lines[1]);
        Assert.DoesNotContain('\u001b', string.Concat(lines));
    }

    [Fact]
    public void Plain_FastSteps_AreALineEveryTwoSecondsAndTheLast()
    {
        string[] lines = Plain((display, time) =>
        {
            for (int step = 1; step <= 8; step++, time.Advance(0.75))         // 0, 0.75, ... 5.25 s
                display.OnStep(Report(step, 0.5, total: 8));
        });
        Assert.Equal(["grpo 1/8", "grpo 4/8", "grpo 7/8", "grpo 8/8"], lines.Select(line => line[..8]));
    }

    [Fact]
    public void Plain_Messages_AreWrittenAtOnce()
    {
        string[] lines = Plain((display, _) =>
        {
            display.OnMessage(new RunMessage(RunSeverity.Advice, "Raise the temperature, for the completions of a group are all the same."));
            display.OnMessage(new RunMessage(RunSeverity.Warning, "No TensorBoard."));
            display.OnMessage(new RunMessage(RunSeverity.Information, "Saved."));
        });
        Assert.Equal(["advice: Raise the temperature, for the completions of a group are all the same.", "warning: No TensorBoard.", "Saved."], lines);
    }

    [Fact]
    public void Start_OutputRedirected_IsPlain()
    {
        var console = new TestConsole();                                      // its output is no terminal
        using (var display = RunDisplay.Start(console))
        {
            display.OnStep(Report(1, 0.25));
            Assert.StartsWith("grpo 1/120  reward 0.250", console.Output);
        }
    }

    [Fact]
    public void Live_Disposed_LeavesTheLastStateOnTheScreen()
    {
        var console = new TestConsole().Width(100);
        using (var display = new RunDisplay(console, live: true, new ManualTime()))
        {
            for (int step = 1; step <= 60; step++)
                display.OnStep(Report(step, step / 100.0));
            display.OnMessage(new RunMessage(RunSeverity.Advice, "Raise beta."));
        }
        string screen = console.Output[console.Output.LastIndexOf("grpo 60/120", StringComparison.Ordinal)..];
        string[] lines = screen.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("grpo 60/120 ━━━━━━━━━━━━────────────", lines[0]);
        Assert.Contains("1:00, 1:00 left", lines[0]);
        Assert.StartsWith("reward", lines[1]);
        Assert.Contains("0.010 → 0.600 ▲", lines[1]);
        Assert.Contains("▁", lines[1]);
        Assert.StartsWith("politeness", lines[2]);
        Assert.StartsWith("safety [new]", lines[3]);
        Assert.Contains("0.990 → 0.400 ▼", lines[3]);
        Assert.StartsWith("kl 0.021 · length 48.3 · 1,830 tokens/s", lines[4]);
        Assert.StartsWith("advice: Raise beta.", lines[5]);
    }

    [Fact]
    public void Live_RunWithoutReward_ShowsTheLoss()
    {
        var history = new RunHistory();
        history.Add(new StepReport("sft", 1, 2, TimeSpan.Zero, new Dictionary<string, double> { ["loss"] = 2.5 }, []));
        history.Add(new StepReport("sft", 2, 2, TimeSpan.FromSeconds(3), new Dictionary<string, double> { ["loss"] = 1.25 }, []));
        var console = new TestConsole();
        console.Write(RunView.Render(history, unicode: false));
        Assert.Contains("sft 2/2 ######################## 0:03", console.Output);
        Assert.Contains("loss  2.500 -> 1.250 -", console.Output);
        Assert.DoesNotContain("left", console.Output);
    }

    [Theory]
    [InlineData(new[] { 0.0, 1, 2, 3 }, 4, "▁▃▆█"), InlineData(new[] { 0.0, 0, 8, 8 }, 2, "▁█"), InlineData(new[] { 5.0, 5 }, 9, "▁▁")]
    [InlineData(new[] { 1.0 }, 9, ""), InlineData(new[] { 0.0, double.NaN, 1 }, 9, "▁█")]
    public void Sparkline_Values_AreScaledToTheirRange(double[] values, int width, string expected) => Assert.Equal(expected, DisplayText.Sparkline(values, width));

    [Theory]
    [InlineData(new[] { 0.0, 0, 1, 2 }, 1), InlineData(new[] { 9.0, 9, 9, 0 }, -1), InlineData(new[] { 0.0, 100, 50, 51 }, 0), InlineData(new[] { 1.0 }, 0)]
    public void Trend_LastQuarterAgainstTheOneBefore(double[] values, int expected) => Assert.Equal(expected, DisplayText.Trend(values));

    [Theory, InlineData(65, "1:05"), InlineData(7384, "2:03:04")]
    public void Duration_Seconds_ReadLikeAClock(int seconds, string expected) => Assert.Equal(expected, DisplayText.Duration(TimeSpan.FromSeconds(seconds)));
}
