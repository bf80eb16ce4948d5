using Microsoft.Playwright;

namespace Plumbline.Report.Tests;

/// <summary>What must hold of any page, and a picture of it for people.</summary>
internal static class Looks
{
    /// <summary>Where PLUMBLINE_SCREENSHOTS names a folder, keeps a picture of the whole page there.</summary>
    public static async Task KeepAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("PLUMBLINE_SCREENSHOTS") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
    }

    /// <summary>Demands that the page does not scroll sideways, and that nothing reaches out of its parent into the margin, scroll boxes apart.</summary>
    public static async Task RequireNoOverflowAsync(IPage page)
    {
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= window.innerWidth"), "The page scrolls sideways.");
        string[] outside = await page.EvaluateAsync<string[]>("""
            () => {
                const scrolls = e => ['auto', 'scroll'].includes(getComputedStyle(e).overflowX);
                const found = [];
                for (const e of document.body.querySelectorAll('*')) {
                    let inBox = false;
                    for (let p = e.parentElement; p; p = p.parentElement) inBox ||= scrolls(p);
                    const box = e.getBoundingClientRect(), edge = e.parentElement.getBoundingClientRect(), style = getComputedStyle(e.parentElement);
                    const left = edge.left + (parseFloat(style.paddingLeft) || 0), right = edge.right - (parseFloat(style.paddingRight) || 0);
                    if (!inBox && box.width > 0 && (box.right > right + 1 || box.left < left - 1))
                        found.push(`${e.tagName} ${e.className.baseVal ?? e.className} "${e.textContent.slice(0, 40)}" ends at ${box.right}, its ${e.parentElement.tagName} at ${right}`);
                }
                return found.slice(0, 5);
            }
            """);
        Assert.Empty(outside);
    }
}
