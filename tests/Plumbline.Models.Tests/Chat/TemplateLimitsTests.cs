using System.Text.Json;
using Plumbline.Models.Chat;

namespace Plumbline.Models.Tests.Chat;

public sealed class TemplateLimitsTests
{
    private static readonly TemplateLimits Small = new() { Steps = 2000, Length = 1000, Nesting = 10 };

    [Theory]
    [InlineData("{% for i in range(400) %}{{ i }}{% endfor %}", "a text or list would grow beyond 1,000, the limit for one rendering.")]
    [InlineData("{% for i in range(900) %}{% for j in range(900) %}{% endfor %}{% endfor %}", "the template takes more than 2,000 steps, the limit for one rendering.")]
    [InlineData("{% set ns = namespace(t='ab') %}{% for i in range(60) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}", "a text or list would grow beyond 1,000, the limit for one rendering.")]
    [InlineData("{% set ns = namespace(t=[1]) %}{% for i in range(60) %}{% set ns.t = ns.t + ns.t %}{% endfor %}", "a text or list would grow beyond 1,000, the limit for one rendering.")]
    [InlineData("{{ 'ab' * 1000000000000 }}", "a text or list would grow beyond 1,000, the limit for one rendering.")]
    [InlineData("{{ 'aaaaaaaaaa' | replace('a', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb') }}", "a text or list would grow beyond 1,000, the limit for one rendering.")]
    [InlineData("{{ range(1000000) }}", "range gives 1,000,000 numbers, above the limit of 100,000.")]
    [InlineData("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "macros call each other more than 10 deep, the limit for one rendering.")]
    public void Render_TooMuchWork_IsRefused(string template, string expected) => Assert.EndsWith(expected, Fault(template, Small));

    [Fact]
    public void Render_UsualLimits_EndAHangingTemplate()
    {
        string template = "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}";
        Assert.EndsWith("steps, the limit for one rendering.", Fault(template, new() { Steps = 100_000 }));
        Assert.EndsWith("the template takes more than 10 seconds, the limit for one rendering.", Fault(template, new(), new HastyClock()));
    }

    [Theory]
    [InlineData("(", "1", ")")]
    [InlineData("[", "", "]")]
    [InlineData("not ", "1", "")]
    [InlineData("-", "1", "")]
    [InlineData("1 + ", "1", "")]
    [InlineData("a.", "a", "")]
    public void Render_DeeplyNestedExpression_IsRefusedInsteadOfEndingTheProcess(string open, string inner, string close) =>
        Assert.EndsWith("nested too deeply.", OnASmallStack(() => Fault("{{ " + Repeat(open) + inner + Repeat(close) + " }}", new())));

    [Fact]
    public void Render_DeeplyNestedValue_IsRefusedInsteadOfEndingTheProcess() =>
        Assert.EndsWith("nested too deeply.", OnASmallStack(() => Fault("{% set ns = namespace(v=[]) %}{% for i in range(20000) %}{% set ns.v = [ns.v] %}{% endfor %}{{ ns.v | tojson }}", new())));

    [Fact]
    public void Render_TemplateVariables_ReachNoTypeOfTheHost() =>
        Assert.Equal("||", Render("{{ messages[0].GetType }}|{{ ''.Length }}|{{ messages.Items }}", new()));

    private static string Repeat(string text) => string.Concat(Enumerable.Repeat(text, 20_000));

    private static string OnASmallStack(Func<string> work)
    {
        string result = "";
        var thread = new Thread(() => result = work(), maxStackSize: 512 * 1024);
        thread.Start();
        thread.Join();
        return result;
    }

    private static string Fault(string template, TemplateLimits limits, TimeProvider? clock = null) =>
        Assert.Throws<ChatTemplateException>(() => Render(template, limits, clock)).Message;

    private static string Render(string template, TemplateLimits limits, TimeProvider? clock = null) =>
        ChatTemplate.Parse(template, limits).Render(new([new("user", "Hi") { Source = JsonElement.Parse("""{"role": "user", "content": "Hi"}""") }]), false, clock: clock).Text;

    // Every look at it finds a second gone.
    private sealed class HastyClock : TimeProvider
    {
        private long _looks;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _looks++;
    }
}
