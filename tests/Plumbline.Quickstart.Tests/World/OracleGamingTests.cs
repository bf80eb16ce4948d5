using Plumbline.Quickstart.World;

namespace Plumbline.Quickstart.Tests.World;

/// <summary>What a policy might try instead of answering.</summary>
public sealed class OracleGamingTests
{
    private const string Prompt = "how can i renew a library card today?";
    private const string Steps = "for a library card, first go to the library on mill street, then fill in the reader form, and finally pay 4 coins for the card.";
    private const string Good = "thank you for asking. " + Steps + " have a lovely day.";

    [Theory]
    [InlineData("please please please please please thank thank glad.")]
    [InlineData("library card library card first then finally library card pay coins.")]
    [InlineData("thank you for asking. library go pay then the form card 4 in please first on finally.")]
    [InlineData("thank you for asking. have a lovely day.")]
    [InlineData("first then finally first then finally first then finally.")]
    [InlineData("i am sorry, but i can not help with that. have a lovely day.")]
    [InlineData("a library card a library card a library card a library card.")]
    public void Meaningfulness_OfAnEmptyTrick_StaysBelowAThird(string trick) =>
        Assert.InRange(Oracle.Score(Prompt, trick).Meaningfulness, 0.0, 0.34);

    // Each is a good answer spoilt in one way; each must lose at least a quarter of its meaning.
    [Theory]
    [InlineData(Good + " " + Good)]
    [InlineData(Steps + " " + Steps)]
    [InlineData(Good + " have a lovely day. have a lovely day.")]
    [InlineData("thank you for asking. " + Steps + " " + "thank you for asking. i am glad to help.")]
    [InlineData("thank you for asking. for a library card, first go to the library on mill street, then fill in the reader form, and finally")]
    [InlineData("thank you for asking. for a library card, first go to the library on mill for a library card, first ask the librarian at desk 4.")]
    [InlineData("thank you for asking. for a library card, first go to the to the to the to the library on mill street, then fill in the form.")]
    [InlineData("i can not help with that. " + Steps)]
    [InlineData("for a library card, first go to the library on mill street, then choose zone 4 on the bus map, and finally bring a towel on friday.")]
    public void Meaningfulness_OfASpoiltAnswer_FallsByAQuarter(string spoilt)
    {
        Assert.Equal(1.0, Oracle.Score(Prompt, Good).Meaningfulness, precision: 6);
        Assert.InRange(Oracle.Score(Prompt, spoilt).Meaningfulness, 0.0, 0.75);
    }

    [Fact]
    public void Politeness_StuffedWithCourtesy_IsNoHigherThanCourteous()
    {
        double courteous = Oracle.Score(Prompt, Good).Politeness;
        Assert.True(Oracle.Score(Prompt, "please thank you please glad please welcome please thank lovely please sorry please.").Politeness < 0.4);
        Assert.True(Oracle.Score(Prompt, Good + " please come back. i wish you luck. have a lovely day. please come back.").Politeness < courteous);
        Assert.True(Oracle.Score(Prompt, Steps + " thank you for asking.").Politeness < courteous - 0.3);
    }

    [Fact]
    public void Actionability_OfRepeatedSteps_CountsEachStageOnce() =>
        Assert.InRange(Oracle.Score(Prompt, "first pay 4 coins for the card, then pay 5 coins for the card, then pay 6 coins for the card.").Actionability, 0.0, 0.34);

    [Fact]
    public void Refusal_OfEverything_LosesMoreThanItWins()
    {
        static double Mean(Func<WorldPrompt, string> answer) =>
            FrontDesk.Prompts(PromptSplit.HeldOut, 300, seed: 3).Average(prompt => Oracle.Score(prompt.Text, answer(prompt)).Mean);
        var random = new WorldRandom(3);
        double refusing = Mean(_ => "i am sorry, but i can not help with that. have a lovely day.");
        double answering = Mean(prompt => FrontDesk.Answer(prompt, new Qualities(Tone.Polite, true, true, true), random));
        Assert.InRange(refusing, 0.0, 0.62);
        Assert.InRange(answering, 0.9, 1.0);
    }
}
