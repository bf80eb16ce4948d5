using System.Xml.Linq;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Tests.Runs;

public sealed class RunReportTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    private string Html(ReportModel model)
    {
        RunReport.WriteHtml(_temporary["report.html"], model);
        return File.ReadAllText(_temporary["report.html"]);
    }

    private string Metrics(int steps)
    {
        using var log = new MetricsLog(_temporary["metrics.jsonl"]);
        for (int step = 1; step <= steps; step++)
            log.Append(step, new Dictionary<string, double>
            {
                ["reward"] = step == 2 ? double.NaN : 0.01 * step,
                ["rewards/politeness/mean"] = 0.5,
                ["rewards/politeness/std"] = 0.1,
                ["kl"] = 1e-4 * step,
                ["grad_norm"] = 1,
            });
        return _temporary["metrics.jsonl"];
    }

    [Fact]
    public void WriteHtml_Whole_BeginsWithTheVerdictAndTellsEverything()
    {
        string html = Html(new ReportModel
        {
            Title = "front desk",
            Verdict = "All four objectives rose.",
            ObjectiveRows = [new("politeness", 0.44, 0.97, "oracle") { BeforeSpread = 0.02 }, new("safety", 0.9, 0.85, "oracle")],
            Samples = [new("How do I sign up?", "No.", "Please bring your card.", "politeness 0.1 → 0.9")],
            Cost = [new("wall time", "141 s")],
            MetricsPath = Metrics(30),
            RecipeYaml = "grpo:\n  beta: 0.05\n",
        });
        string body = html[html.IndexOf("<body>", StringComparison.Ordinal)..];
        Assert.StartsWith("<body>\n<p class=\"verdict\">All four objectives rose.</p>", body);
        Assert.Contains("<td class=\"number\">0.440 <span class=\"soft\">± 0.020</span></td><td class=\"number\">0.970</td><td class=\"number up\">+0.530</td>", body);
        Assert.Contains("<td class=\"number down\">−0.050</td>", body);
        foreach (string text in new[] { "Please bring your card.", "politeness 0.1 ", "141 s", "<details>", "beta: 0.05" })
            Assert.Contains(text, body);
        Assert.Equal(3, body.Split("<svg").Length - 1);                       // reward, politeness, kl; not the spread, not the gradient's norm
    }

    [Fact]
    public void WriteHtml_AnyPage_NeedsNothingElseAndFollowsTheReader()
    {
        string html = Html(new ReportModel { Title = "t", Verdict = "v", MetricsPath = Metrics(3) });
        Assert.Contains("prefers-color-scheme: dark", html);
        Assert.Contains("name=\"viewport\"", html);
        foreach (string outside in new[] { "<script", "http://", "https://", "src=", "href=", "@import", "url(" })
            Assert.DoesNotContain(outside, html);
    }

    [Fact]
    public void WriteHtml_MarkupInText_IsEscapedEverywhere()
    {
        const string Attack = "<script>alert('x')</script>\"&";
        string html = Html(new ReportModel
        {
            Title = Attack,
            Verdict = Attack,
            RecipeYaml = Attack,
            ObjectiveRows = [new(Attack, 0, 1, Attack)],
            Samples = [new(Attack, Attack, Attack, Attack)],
            Cost = [new(Attack, Attack)],
        });
        Assert.DoesNotContain("<script", html);
        Assert.Equal(12, html.Split("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;").Length - 1);
    }

    [Fact]
    public void Render_Gap_LiftsThePen()
    {
        XElement svg = XElement.Parse(SvgChart.Render("a < b", [(1, 0), (2, double.NaN), (3, 1), (4, 0.5)]));
        string path = svg.Elements("path").Single().Attribute("d")!.Value;
        // 304 wide from x = 46 over steps 1 to 4; 156 high from y = 166 over values 0 to 1.
        Assert.Equal("M46 166M248.7 10L350 88", path);
        Assert.Equal("a < b", svg.Attribute("aria-label")!.Value);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(5000)]
    public void Render_AnyLength_IsWellFormedAndSmall(int count)
    {
        string svg = SvgChart.Render("reward", Enumerable.Range(0, count).Select(i => (i, Math.Sin(i))).ToArray());
        Assert.NotEmpty(XElement.Parse(svg).Elements("path"));
        Assert.InRange(svg.Length, 100, 12_000);
        Assert.DoesNotContain("NaN", svg);
    }

    [Theory, InlineData(0.0, 1.0, new[] { 0, 0.2, 0.4, 0.6, 0.8, 1.0 }), InlineData(-30.0, 70.0, new[] { -20.0, 0, 20, 40, 60 })]
    public void Ticks_Range_AreRoundNumbersWithin(double lowest, double highest, double[] expected) =>
        Assert.Equal(expected, SvgChart.Ticks(lowest, highest).Select(tick => Math.Round(tick, 9)));
}
