using System.Text.RegularExpressions;
using System.Xml.Linq;
using Plumbline.Training.Experiments.Report;
using Plumbline.Training.Experiments.Results;

namespace Plumbline.Training.Tests.Experiments.Report;

public class ExperimentReportTests
{
    private static readonly string Page = ExperimentReport.Html(FixtureResult.Make());

    [Fact]
    public void Html_Whole_BeginsWithTheVerdictThenWarningsThenTables()
    {
        int[] places = new[] { "class=\"verdict\"", "class=\"lead\"", "class=\"warnings\"", "id=\"objectives\"", "id=\"curves\"", "id=\"cost\"", "id=\"frontier\"", "id=\"refusals\"", "id=\"ablations\"", "id=\"controls\"", "id=\"samples\"", "id=\"search\"", "id=\"settings\"" }
            .Select(text => Page.IndexOf(text, StringComparison.Ordinal)).ToArray();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public void Html_AnyPage_NeedsNothingElse()
    {
        Assert.Contains("prefers-color-scheme: dark", Page);
        Assert.Contains("name=\"viewport\"", Page);
        foreach (string outside in new[] { "<script", "http://", "https://", "src=", "@import", "url(", "href=\"h" })
            Assert.DoesNotContain(outside, Page);
        Assert.DoesNotContain("NaN", Page);
    }

    [Fact]
    public void Html_Body_IsWellFormedAndItsLinksLead()
    {
        string body = Page[Page.IndexOf("<header>", StringComparison.Ordinal)..Page.IndexOf("</body>", StringComparison.Ordinal)];
        XElement parsed = XElement.Parse($"<body>{body}</body>");
        string[] ids = parsed.Descendants().Attributes("id").Select(id => id.Value).ToArray();
        Assert.Equal(11, ids.Length);
        Assert.Equal(ids, parsed.Descendants("a").Select(link => link.Attribute("href")!.Value[1..]));
    }

    // Of the fixture's main arms by the oracle, PPO has the greatest meaningfulness: 0.880 over seeds, the base 0.660.
    [Fact]
    public void Html_ObjectiveTable_MarksTheBestAndTellsTheDifferenceToTheBase()
    {
        ArmResult ppo = FixtureResult.Make().Arms[3], start = FixtureResult.Make().Arms[0];
        double score = ArmFigures.Score(ppo, "oracle", "meaningfulness"), change = score - ArmFigures.Score(start, "oracle", "meaningfulness");
        Assert.Contains($"<span class=\"best\">{Figures.Score(score)}</span>", Page);
        string row = Regex.Match(Page, "<tr><th>PPO</th>.*").Value;
        Assert.Single(Regex.Matches(row, "class=\"best\""));
        Assert.Contains($"<small class=\"up\">{Figures.Signed(change)}</small>", row);
    }

    [Fact]
    public void Html_CostNeverReached_IsToldAndNotDrawn() =>
        Assert.Equal(4, Regex.Count(Page, "<span class=\"track\"></span><span class=\"value\"><span class=\"soft\">not reached</span>"));   // SFT and DPO, seconds and tokens

    [Fact]
    public void Html_OneSeedAndLittleElse_LeavesOutWhatIsNotKnown()
    {
        ExperimentResult full = FixtureResult.Make();
        ArmResult Bare(ArmResult arm) => arm with { Expectation = null, Runs = [new ArmRun { Seed = 1, Evaluation = arm.Runs[0].Evaluation }] };
        string page = ExperimentReport.Html(new ExperimentResult { Title = "t", Objectives = full.Objectives, Judges = ["oracle"], HeadlineJudge = "oracle", Arms = [Bare(full.Arms[0]), Bare(full.Arms[2])] });
        foreach (string absent in new[] { "NaN", "id=\"curves\"", "id=\"cost\"", "id=\"frontier\"", "id=\"refusals\"", "id=\"controls\"", "id=\"samples\"", "id=\"search\"", "Learning rates" })
            Assert.DoesNotContain(absent, page);
        Assert.Contains("half the 95 % interval over answers (one seed)", page);
    }

    [Fact]
    public void Html_NoArms_IsStillAPage() =>
        Assert.Contains("nothing to compare", ExperimentReport.Html(new ExperimentResult { Title = "t", Objectives = [], Judges = [], HeadlineJudge = "oracle", Arms = [] }));

    [Fact]
    public void Html_MarkupInText_IsEscapedEverywhere()
    {
        const string Attack = "<script>x</script>\"";
        ExperimentResult result = FixtureResult.Make();
        result = result with
        {
            Title = Attack,
            Command = Attack,
            Settings = Attack,
            Objectives = [Attack],
            HeadlineJudge = Attack,
            Judges = [Attack, "reward model"],
            Arms = [.. result.Arms.Select(arm => arm with { Name = Attack, Description = Attack, Expectation = new() { Text = Attack, Evidence = Attack, Held = false }, Runs = [.. arm.Runs.Select(run => run with { Refusal = new Dictionary<string, double> { [Attack] = 1 } })] })],
            Search = [new(Attack, 1, 1, true)],
            Samples = [new(Attack, Attack, new Dictionary<string, string> { [Attack] = Attack })],
            Findings = [new(FindingSeverity.Warning, Attack), new(FindingSeverity.Note, Attack)],
        };
        Assert.DoesNotContain("<script", ExperimentReport.Html(result));
    }

    // Names of one line's height, 12: the second is pushed from 101 to 112, the third from 102 to 124; one at 230 is kept inside, at 194.
    [Fact]
    public void Apart_NamesThatWouldCover_ArePushedInOrder()
    {
        Assert.Equal([112, 100, 124], LineChart.Apart([101, 100, 102]));
        Assert.Equal([194.0], LineChart.Apart([230]));
    }

    // (2, 2) is below (3, 2) in x only, so it goes; (1, 3) and (3, 2) stay; (0, 1) is below both.
    [Fact]
    public void Front_Points_AreThoseThatNoneExceeds() =>
        Assert.Equal([(1, 3), (3, 2)], FrontierChart.Front([(2, 2), (3, 2), (0, 1), (1, 3)]));

    // Two seeds, at other x: their mean is drawn from 1 to 3, where both are: values (0 + 1)/2 at x = 1 and (2 + 3)/2 at x = 3.
    [Fact]
    public void Render_SeedsAtOtherPlaces_AreAveragedWhereAllAre()
    {
        string svg = LineChart.Render("l", "steps", [new("GRPO", "red", [[(0, -1), (1, 0), (3, 2)], [(1, 1), (3, 3), (4, 4)]])]);
        string[] paths = XElement.Parse(svg).Elements("path").Select(path => path.Attribute("d")!.Value).ToArray();
        Assert.Equal(3, paths.Length);
        // x: 44 + 280·x/4: 1 → 114, 3 → 254. y: 184 high over −1.2 to 4.2 up from 194: 0.5 → 136.1, 2.5 → 67.9.
        Assert.StartsWith("M114 136.1L", paths[2]);
        Assert.EndsWith("L254 67.9", paths[2]);
    }

    [Theory]
    [InlineData(0.0, "0.0 s"), InlineData(9.94, "9.9 s"), InlineData(119.0, "119 s"), InlineData(141.0, "2 min 21 s"), InlineData(3660.0, "1 h 1 min"), InlineData(double.NaN, "–")]
    public void Seconds_AnyLength_ReadAsPeopleSayThem(double seconds, string expected) => Assert.Equal(expected, Figures.Seconds(seconds));

    [Theory, InlineData(950.0, "950"), InlineData(6600.0, "6.6 k"), InlineData(400_000.0, "400 k"), InlineData(999_950.0, "1 M"), InlineData(2.5e12, "2.5 T")]
    public void Count_AnySize_HasItsPrefix(double count, string expected) => Assert.Equal(expected, Figures.Count(count));

    [Theory, InlineData(3e-4, "3e−4"), InlineData(1.25e-5, "1.25e−5"), InlineData(1.0, "1")]
    public void Rate_AsPeopleWriteIt(double rate, string expected) => Assert.Equal(expected, Figures.Rate(rate));
}
