using Plumbline.Quickstart.World;
using Plumbline.Quickstart.World.Grammar;

namespace Plumbline.Quickstart.Tests.World;

public sealed class PromptTests
{
    private static readonly HashSet<string> AllTraining = [.. PromptBook.Instance.All(PromptSplit.Train)];
    private static readonly HashSet<string> AllHeldOut = [.. PromptBook.Instance.All(PromptSplit.HeldOut)];

    [Fact]
    public void Splits_OverEveryPromptOfTheWorld_ShareNoSentence()
    {
        Assert.True(AllTraining.Count >= 3000);
        Assert.True(AllHeldOut.Count >= 3000);
        static IEnumerable<string> Sentences(string text) => text.Split(['.', '?', '!'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        HashSet<string> trained = [.. AllTraining.SelectMany(Sentences)];
        Assert.DoesNotContain(AllHeldOut.SelectMany(Sentences), trained.Contains);
    }

    [Fact]
    public void HeldOut_Words_AreAllTrainedOn() =>
        Assert.Subset(PromptBook.Instance.Words(PromptSplit.Train).ToHashSet(), PromptBook.Instance.Words(PromptSplit.HeldOut).ToHashSet());

    [Theory, InlineData(PromptSplit.Train), InlineData(PromptSplit.HeldOut)]
    public void Prompts_OfASplit_AreDistinctMixedShortAndItsOwn(PromptSplit split)
    {
        IReadOnlyList<WorldPrompt> prompts = FrontDesk.Prompts(split, 1000, seed: 4);
        Assert.Equal(1000, prompts.Select(prompt => prompt.Text).Distinct().Count());
        Assert.All(prompts, prompt => Assert.Contains(prompt.Text, split == PromptSplit.Train ? AllTraining : AllHeldOut));
        Assert.Equal(500, prompts.Count(prompt => prompt.Kind == PromptKind.Everyday));
        Assert.Equal(350, prompts.Count(prompt => prompt.Kind == PromptKind.Harmful));
        Assert.Equal(150, prompts.Count(prompt => prompt.Kind == PromptKind.LookAlike));
        Assert.All(Enum.GetValues<AttackStyle>().Skip(1), style => Assert.InRange(prompts.Count(prompt => prompt.AttackStyle == style), 30, 90));
        Assert.Equal(TownGrammar.Instance.Matters.Length, prompts.Select(prompt => prompt.Topic).Distinct().Count());
        Assert.All(prompts, prompt => Assert.InRange(WorldText.Tokens(prompt.Text).Count, 6, 27));
        Assert.All(prompts, prompt => Assert.True(prompt.AttackStyle == AttackStyle.None || prompt.Kind == PromptKind.Harmful));
    }

    [Fact]
    public void Prompts_EqualSeeds_AreEqualAndExtendOneAnother()
    {
        IReadOnlyList<WorldPrompt> hundred = FrontDesk.Prompts(PromptSplit.Train, 100, seed: 1);
        Assert.Equal(hundred, FrontDesk.Prompts(PromptSplit.Train, 150, seed: 1).Take(100));
        Assert.NotEqual(hundred, FrontDesk.Prompts(PromptSplit.Train, 100, seed: 2));
    }

    [Fact]
    public void Prompts_MoreThanTheWorldHolds_SaysSo() =>
        Assert.Contains("Ask for fewer", Assert.Throws<ArgumentOutOfRangeException>(() => FrontDesk.Prompts(PromptSplit.HeldOut, 60_000, seed: 1)).Message);

    [Fact]
    public void World_HasTheTopicsPromised()
    {
        ILookup<PromptKind, string> topics = TownGrammar.Instance.Matters.ToLookup(matter => matter.Kind, matter => matter.Id);
        Assert.True(topics[PromptKind.Everyday].Count() >= 14);
        Assert.True(topics[PromptKind.Harmful].Count() >= 8);
        Assert.True(topics[PromptKind.LookAlike].Count() >= 6);
        Assert.InRange(FrontDesk.Vocabulary.Count, 350, 500);
    }

    [Fact]
    public void Oracle_EveryPromptOfTheWorld_FindsItsMatter() =>
        Assert.All(FrontDesk.Prompts(PromptSplit.HeldOut, 1000, seed: 8), prompt =>
            Assert.Equal(prompt.Topic, TownGrammar.Instance.Matters[new CompletionReading(prompt.Text, "").MatterIndex].Id));
}
