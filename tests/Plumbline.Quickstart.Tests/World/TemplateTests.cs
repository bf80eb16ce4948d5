using Plumbline.Quickstart.World;
using Plumbline.Quickstart.World.Grammar;

namespace Plumbline.Quickstart.Tests.World;

public sealed class TemplateTests
{
    private static readonly Dictionary<string, Template> Slots = new() { ["number"] = Template.Parse("[2|3]") };

    [Fact]
    public void Expand_ChoicesAndSlots_MakesEveryPhraseOnce()
    {
        Template template = Template.Parse("go [home|to desk {number}|] now.", Slots);
        Assert.Equal(
            ["go home now.", "go to desk 2 now.", "go to desk 3 now.", "go now."],
            template.Expand().Select(WorldText.Join));
        Assert.Equal(4, template.Count());
    }

    [Fact]
    public void Write_ManyTimes_MakesOnlyPhrasesThatTheAutomatonReads()
    {
        Template template = Template.Parse("[please|] pay {number} coins, [today|on friday].", Slots);
        var tokens = new TokenTable();
        var builder = new AutomatonBuilder(tokens);
        builder.Add(template, tag: 7);
        Automaton automaton = builder.Build();
        var random = new WorldRandom(1);
        for (int trial = 0; trial < 100; trial++)
        {
            List<string> phrase = [];
            template.Write(phrase, random);
            Assert.Equal([7], automaton.Read(tokens.Find(phrase)));
            Assert.Empty(automaton.Read(tokens.Find(phrase[..^1])));
        }
    }

    [Fact]
    public void Longest_PhraseInsidePhrase_TakesTheLongerWithItsTag()
    {
        var tokens = new TokenTable();
        var builder = new AutomatonBuilder(tokens);
        builder.Add(Template.Parse("a permit"), tag: 0);
        builder.Add(Template.Parse("a permit for a friend"), tag: 1);
        var (length, tags) = builder.Build().Longest(tokens.Find(WorldText.Tokens("a permit for a friend today")));
        Assert.Equal(5, length);
        Assert.Equal([1], tags);
    }

    [Theory, InlineData("go [home"), InlineData("go {nowhere}"), InlineData("go {number"), InlineData("go ] home")]
    public void Parse_FaultyTemplate_SaysWhichOne(string text) =>
        Assert.Contains(text, Assert.Throws<FormatException>(() => Template.Parse(text, Slots)).Message);

    [Fact]
    public void Join_Tokens_PutsNoSpaceBeforeMarks() =>
        Assert.Equal("for you: first, go. what?", WorldText.Join(WorldText.Tokens("For  you : first ,go . what ?")));
}
