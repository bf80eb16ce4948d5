using Microsoft.Playwright;

namespace Plumbline.Report.Tests;

/// <summary>One headless Chromium for all tests; where the machine has none, the tests are skipped and say what to install.</summary>
/// <remarks>PLUMBLINE_CHROMIUM may name the program; else it is the one that Playwright installed, or one on PATH.</remarks>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        try
        {
            _playwright = await Playwright.CreateAsync();
        }
        catch (PlaywrightException)
        {
            return;                                                             // no driver for this platform: no browser either
        }
        if (Executable(_playwright.Chromium.ExecutablePath) is { } program)
            _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = ["--no-sandbox"] });
    }

    /// <summary>Opens a file in a window of this size and scheme; the requests it makes beyond itself are refused and listed.</summary>
    public async Task<(IPage Page, IReadOnlyList<string> Requests)> OpenAsync(string path, int width, ColorScheme scheme)
    {
        if (_browser is null)
            Assert.Skip("No Chromium here. Install one (on Debian: apt-get install chromium), or name it in PLUMBLINE_CHROMIUM.");
        IPage page = await _browser.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = 800 }, ColorScheme = scheme });
        string address = new Uri(path).AbsoluteUri;
        var requests = new List<string>();
        await page.RouteAsync("**/*", route =>
        {
            if (route.Request.Url == address)
                return route.ContinueAsync();
            requests.Add(route.Request.Url);
            return route.AbortAsync();
        });
        await page.GotoAsync(address);
        return (page, requests);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    private static string? Executable(string installed)
    {
        string? named = Environment.GetEnvironmentVariable("PLUMBLINE_CHROMIUM");
        if (!string.IsNullOrEmpty(named))
            return named;
        IEnumerable<string> onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, OperatingSystem.IsWindows() ? $"{name}.exe" : name)));
        return onPath.Prepend(installed).FirstOrDefault(File.Exists);
    }
}
