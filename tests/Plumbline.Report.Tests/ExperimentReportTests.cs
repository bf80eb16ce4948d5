using Microsoft.Playwright;
using Plumbline.Training.Experiments.Report;
using Plumbline.Training.Tests.Experiments.Report;

namespace Plumbline.Report.Tests;

public sealed class ExperimentReportTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plumbline-report-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Written()
    {
        string path = Path.Combine(_folder, "report.html");
        ExperimentReport.WriteHtml(path, FixtureResult.Make());
        return path;
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light), InlineData(1280, ColorScheme.Dark), InlineData(360, ColorScheme.Light), InlineData(360, ColorScheme.Dark)]
    public async Task Page_EveryWidthAndScheme_IsWholeAndNothingOverflows(int width, ColorScheme scheme)
    {
        var (page, requests) = await browser.OpenAsync(Written(), width, scheme);
        await page.EvaluateAsync("() => document.querySelectorAll('details').forEach(d => d.open = true)");
        await Looks.KeepAsync(page, $"experiment-{width}-{scheme}");
        Assert.Empty(requests);
        foreach (string table in new[] { "objectives", "cost", "frontier", "refusals", "texts", "search" })
            Assert.True(await page.Locator($"table.{table} >> nth=0").IsVisibleAsync(), table);
        // 4 dot charts, 4 objectives' curves with the reward's and the KL's, 1 frontier.
        ILocator plots = page.Locator("svg");
        Assert.Equal(11, await plots.CountAsync());
        for (int i = 0; i < 11; i++)
            Assert.True((await plots.Nth(i).BoundingBoxAsync())!.Height > 100);
        Assert.Equal(6, await page.Locator("figure .bars").CountAsync());
        await Looks.RequireNoOverflowAsync(page);
    }

    [Fact]
    public async Task Page_Dark_IsDarkWithLightText()
    {
        var (page, _) = await browser.OpenAsync(Written(), 1280, ColorScheme.Dark);
        Assert.Equal("rgb(20, 23, 28)", await page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor"));
        Assert.Equal("rgb(230, 233, 238)", await page.EvaluateAsync<string>("() => getComputedStyle(document.querySelector('.verdict')).color"));
    }

    [Fact]
    public async Task Verdict_OnAPhone_IsWithinTheFirstScreen()
    {
        var (page, _) = await browser.OpenAsync(Written(), 360, ColorScheme.Light);
        var box = await page.Locator(".verdict").BoundingBoxAsync();
        Assert.InRange(box!.Y + box.Height, 0, 400);
    }
}
