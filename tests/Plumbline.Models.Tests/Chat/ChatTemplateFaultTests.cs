using Plumbline.Models.Chat;

namespace Plumbline.Models.Tests.Chat;

public sealed class ChatTemplateFaultTests
{
    private static readonly Conversation Hi = new([new("user", "Hi")]) { Origin = "talks.jsonl line 3" };

    [Theory]
    [InlineData("a\n{% if x %}b", "line 2: 'if' of line 2 is not closed by '{% endif %}'.")]
    [InlineData("{% if x %}\n\nb", "line 3: 'if' of line 1 is not closed by '{% endif %}'.")]
    [InlineData("{{ x", "line 1: '{{' of line 1 is not closed by '}}'.")]
    [InlineData("{% for m in messages %}{% endif %}", "line 1: 'endif' stands in 'for' of line 1, but 'else' or 'endfor' was meant to.")]
    [InlineData("x\n\n{% endfor %}", "line 3: '{% endfor %}' closes no block.")]
    [InlineData("{% include 'x' %}", "line 1: there is no statement 'include' in chat templates. The statements are for, if, set, macro, call, filter, generation, break, continue, raw.")]
    [InlineData("{{ 'a }}", "line 1: a text that begins with ' is not closed.")]
    [InlineData("{{ a ? b }}", "line 1: the character '?' has no meaning inside a tag. Texts stand in quotes.")]
    [InlineData("{{ (a] }}", "line 1: ']' closes no bracket.")]
    [InlineData("{{ a b }}", "line 1: 'b' stands after a value, but '}}' was meant to.")]
    [InlineData("{{ }}", "line 1: '}}' stands where a value was meant to.")]
    [InlineData("{% raw -%}\n\n x {% endraw %}{% nope %}", "line 3: there is no statement 'nope' in chat templates. The statements are for, if, set, macro, call, filter, generation, break, continue, raw.")]
    [InlineData("{# a", "line 1: the comment '{#' is not closed by '#}'.")]
    [InlineData("{% for x in y recursive %}{% endfor %}", "line 1: recursive loops are not known here. A macro that calls itself does the same.")]
    [InlineData("{{ f(a=1, 2) }}", "line 1: an argument without a name stands after one with a name.")]
    [InlineData("{{ 99999999999999999999 }}", "line 1: 99999999999999999999 is too large a number.")]
    public void Parse_BadTemplate_SaysWhereAndWhatWasMeant(string template, string expected) =>
        Assert.Equal("The chat template cannot be read: " + expected, Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse(template)).Message);

    [Theory]
    [InlineData("{{ a | nofilter }}", "line 1: there is no filter 'nofilter'. The filters are abs, ")]
    [InlineData("\n{{ a is notest }}", "line 2: there is no test 'notest'. The tests are boolean, ")]
    public void Parse_UnknownName_ListsTheKnown(string template, string expected) =>
        Assert.StartsWith("The chat template cannot be read: " + expected, Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse(template)).Message);

    [Theory]
    [InlineData("{{ a.b }}", "'a' is undefined.")]
    [InlineData("{{ messages[0].x.y }}", "a dictionary has no 'x'.")]
    [InlineData("{{ messages[3].x }}", "there is no element 3 among 1.")]
    [InlineData("{{ 'a' + 1 }}", "'+' does not work on text and a whole number. '~' joins anything as text.")]
    [InlineData("{{ 1 // 0 }}", "1 // 0 divides by zero.")]
    [InlineData("{{ nosuch(1) }}", "'nosuch' is undefined, so it cannot be called.")]
    [InlineData("{{ messages.append(1) }}", "'append' would change a list, which templates may not, nor in transformers. Make a new one with '+', or set an attribute of a namespace.")]
    [InlineData("{% set a, b = [1] %}", "1 values are given to 2 names.")]
    [InlineData("{% set messages.x = 1 %}", "the attribute 'x' is set on something that is no namespace; only a namespace's attributes can be set.")]
    [InlineData("{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}", "the macro 'm' takes 1 arguments, but 2 are given.")]
    [InlineData("{% macro m(a) %}{% endmacro %}{{ m(z=2) }}", "the macro 'm' takes no argument 'z'.")]
    [InlineData("{{ undefined_thing | tojson }}", "'undefined_thing' is undefined.")]
    [InlineData("{{ 1 < 'a' }}", "a whole number and text have no order.")]
    [InlineData("{{ 1 in 2 }}", "'in' looks into a whole number, which holds nothing.")]
    [InlineData("{{ 5 | length }}", "a whole number has no elements to go through.")]
    [InlineData("{{ [1][::0] }}", "a slice with step 0 never ends.")]
    [InlineData("{{ 9223372036854775807 + 1 }}", "9223372036854775807 + 1 is too large.")]
    [InlineData("{{ strftime_now('%Q') }}", "strftime_now has '%Q' in '%Q'. Known are %d, %m, %y, %Y, %b, %B, %a, %A, %H, %I, %M, %S, %p, %F, %T, %D, %j, %e and %%.")]
    public void Render_FaultyStep_NamesLineAndOrigin(string step, string expected) =>
        Assert.Equal("talks.jsonl line 3: The chat template fails at its line 2: " + expected, Fault("{# first #}\n" + step));

    [Fact]
    public void Render_RaisedException_ReachesTheUserWordForWord() =>
        Assert.Equal("talks.jsonl line 3: The chat template refuses the conversation: Roles must alternate!", Fault("{{ raise_exception('Roles ' ~ 'must alternate!') }}"));

    private static string Fault(string template) =>
        Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse(template).Render(Hi, addGenerationPrompt: false)).Message;
}
