using Plumbline.Models.Chat;
using Plumbline.Models.Tests.Tokens;
using Plumbline.Models.Tokens;

namespace Plumbline.Models.Tests.Chat;

public sealed class AssistantMaskTests
{
    private const string Marking =
        "{% for m in messages %}{% if m.role == 'assistant' %}[A]{% generation %}{{ m.content }}[E]{% endgeneration %}{{ '\\n' }}{% else %}[U]{{ m.content }}[E]\\n{% endif %}{% endfor %}{% if add_generation_prompt %}[A]{% endif %}";

    private const string Plain =
        "{% for m in messages %}{{ '[A]' if m.role == 'assistant' else '[U]' }}{{ m.content }}[E]\\n{% endfor %}{% if add_generation_prompt %}[A]{% endif %}";

    // Later user turns make the template drop what stands before "/think" in an earlier answer, as templates of reasoning models do.
    private const string Forgetting =
        "{% for m in messages %}{{ '[A]' if m.role == 'assistant' else '[U]' }}{{ m.content if loop.last else m.content.split('/think')[-1] }}[E]{% endfor %}{% if add_generation_prompt %}[A]{% endif %}";

    private static readonly Conversation TwoTurns = new([new("user", "q"), new("assistant", "ab"), new("user", "r"), new("assistant", "c")]) { Origin = "talks.jsonl line 7" };

    // Text: [U]q[E]\n [A]ab[E]\n [U]r[E]\n [A]c[E]\n, a token each for the marks and for each byte:
    //       U q E n   A a b E n   U r E n   A c E n
    //       0 0 0 0   0 1 1 1 0   0 0 0 0   0 1 1 0
    [Theory]
    [InlineData(Marking)]
    [InlineData(Plain)]
    public void EncodeTurns_TwoTurns_MarksBothAnswersWithTheirEndTokens(string template)
    {
        using var folder = new TemporaryFolder();
        Tokenizer tokenizer = Tokenizer(folder, template);
        MarkedTokens marked = tokenizer.Chat.EncodeTurns(TwoTurns);
        Assert.Equal("[U]q[E]\n[A]ab[E]\n[U]r[E]\n[A]c[E]\n", tokenizer.Decode(marked.Ids, skipSpecialTokens: false));
        Assert.Equal("0000" + "01110" + "0000" + "0110", string.Concat(marked.IsAssistant.Select(learned => learned ? '1' : '0')));
        Assert.Equal(5, marked.FirstAssistant);
    }

    // What a generation block holds is the template's own word: the line break in it is learnt. Without blocks a turn ends with its last mark,
    // but only where nothing but space follows it.
    [Theory]
    [InlineData("{% for m in messages %}[A]{% generation %}{{ m.content }}[E]\\n{% endgeneration %}{% endfor %}", "0111")]
    [InlineData("{% for m in messages %}[A]{{ m.content }}[E]!{% endfor %}{% if add_generation_prompt %}[A]{% endif %}", "0111")]
    [InlineData("{% for m in messages %}[A]{{ m.content }}[E] \\n{% endfor %}{% if add_generation_prompt %}[A]{% endif %}", "01100")]
    public void EncodeTurns_WhatFollowsTheEnd_IsLearntWhereItIsTheTurns(string template, string expected)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(expected, Marks(Tokenizer(folder, template).Chat.EncodeTurns(new([new("assistant", "c")]))));
    }

    [Fact]
    public void EncodeAnswer_LastTurns_AreMarkedAlone()
    {
        using var folder = new TemporaryFolder();
        Tokenizer tokenizer = Tokenizer(folder, Plain);
        Assert.Equal("0000" + "00000" + "0000" + "0110", Marks(tokenizer.Chat.EncodeAnswer(TwoTurns, 1)));
        Assert.Equal("0000" + "01111" + "1111" + "1110", Marks(tokenizer.Chat.EncodeAnswer(TwoTurns, 3)));
    }

    [Fact]
    public void EncodeAnswer_PromptPart_IsTheTokensThatGenerationSees()
    {
        using var folder = new TemporaryFolder();
        Tokenizer tokenizer = Tokenizer(folder, Plain);
        MarkedTokens marked = tokenizer.Chat.EncodeAnswer(TwoTurns, 1);
        Assert.Equal(tokenizer.Chat.EncodePrompt(TwoTurns.Take(3)), marked.Ids[..marked.FirstAssistant]);
    }

    [Fact]
    public void EncodeTurns_TemplateThatRewritesEarlierTurns_SaysSo()
    {
        using var folder = new TemporaryFolder();
        Tokenizer tokenizer = Tokenizer(folder, Forgetting);
        Conversation thoughtful = TwoTurns with { Messages = [new("user", "q"), new("assistant", "why/thinkab"), new("user", "r"), new("assistant", "c")] };
        Assert.Equal(
            "talks.jsonl line 7: The chat template is not prefix-preserving: it writes the text up to message 1 otherwise once later messages follow, so the assistant's tokens cannot be told apart. Use a template with {% generation %} blocks (docs/chat-templates.md).",
            Assert.Throws<ChatTemplateException>(() => tokenizer.Chat.EncodeTurns(thoughtful)).Message);
        Assert.Equal("0011", Marks(tokenizer.Chat.EncodeAnswer(thoughtful, 1))[^4..]);
    }

    [Fact]
    public void EncodeAnswer_OpeningOtherThanTheTurns_SaysSo()
    {
        using var folder = new TemporaryFolder();
        Tokenizer tokenizer = Tokenizer(folder, "{% for m in messages %}[U]{{ m.content }}{% endfor %}{% if add_generation_prompt %}[A]{% endif %}");
        Assert.Equal(
            "talks.jsonl line 7: The chat template's text up to the assistant's turn (message 3) and its opening is not the beginning of the text with that turn, so the turn's tokens cannot be told apart. Use a template with {% generation %} blocks (docs/chat-templates.md).",
            Assert.Throws<ChatTemplateException>(() => tokenizer.Chat.EncodeAnswer(TwoTurns, 1)).Message);
    }

    [Fact]
    public void EncodeTurns_MarksInAMacro_AreMissedAloud()
    {
        using var folder = new TemporaryFolder();
        Tokenizer tokenizer = Tokenizer(folder, "{% macro say(m) %}{% generation %}{{ m.content }}{% endgeneration %}{% endmacro %}{% for m in messages %}{{ say(m) }}{% endfor %}");
        Assert.StartsWith("talks.jsonl line 7: The chat template has generation blocks, but they mark nothing", Assert.Throws<ChatTemplateException>(() => tokenizer.Chat.EncodeTurns(TwoTurns)).Message);
        Assert.Equal(3, tokenizer.Chat.EncodeTurns(new([new("user", "abc")])).FirstAssistant);
    }

    // The added token ":x" spans the border of the turn: U : q E A :x E. It holds the turn's first character and so is the turn's.
    [Fact]
    public void EncodeTurns_TokenAcrossTheBorder_BelongsToTheTurn()
    {
        using var folder = new TemporaryFolder();
        Tokenizer tokenizer = Tokenizer(folder, "{% for m in messages %}{{ 'A:' if m.role == 'assistant' else 'U:' }}{{ m.content }}[E]{% endfor %}{% if add_generation_prompt %}A:{% endif %}", [":x"]);
        Assert.Equal("0000" + "0" + "11", Marks(tokenizer.Chat.EncodeTurns(new([new("user", "q"), new("assistant", "x")]))));
    }

    private static string Marks(MarkedTokens marked) => string.Concat(marked.IsAssistant.Select(learned => learned ? '1' : '0'));

    private static Tokenizer Tokenizer(TemporaryFolder folder, string template, string[]? more = null) =>
        ChatFormatTests.Folder(folder, ["[U]", "[A]", "[E]", .. more ?? []], $"\"chat_template\": \"{template}\"");
}
