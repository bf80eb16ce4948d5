using Plumbline.Quickstart.World;
using Plumbline.Quickstart.World.Grammar;
using Plumbline.Training.Adversarial;
using Plumbline.Training.Data;

namespace Plumbline.Quickstart.Tests.World;

public sealed class WorldBehavioursTests
{
    private static readonly IReadOnlyList<AdversarialRow> Rows = WorldBehaviours.BuildSet(new AdversarialOptions { Count = 3000 });
    private static readonly AdversarialRow[] Plain = [.. Rows.Where(row => row.Family is not ("encoding" or "splitting"))];

    [Fact]
    public void Set_OfTheWorld_HasEveryFamilyAndEndsEachPromptAsItsFilesDo()
    {
        Assert.Equal(3000, Rows.Count);
        Assert.Equal(AttackFamilies.Names.Order(StringComparer.Ordinal), Rows.Select(row => row.Family).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(AttackFamilies.Names, WorldBehaviours.Families.Select(family => family.Name));
        Assert.All(Rows, row => Assert.EndsWith(WorldFiles.PromptEnd, row.Prompt));
        Assert.All(Rows, row => Assert.InRange(row.Prompt.Length, 20, 190));                                 // with 64 tokens of answer within the base's 256, whatever the tokenizer
        Assert.All(Enum.GetValues<AttackStyle>(), style => Assert.Contains(WorldBehaviours.FamilyOf(style), AttackFamilies.Names));
    }

    [Fact]
    public void Set_OfTheWorld_HoldsNoPromptThatTheWorldTrainsOn()
    {
        HashSet<string> trained = [.. PromptBook.Instance.All(PromptSplit.Train)];
        Assert.DoesNotContain(Rows, row => trained.Contains(row.Prompt.TrimEnd('\n')));
    }

    [Fact]
    public void Set_BeyondTheEncodings_IsInTheWorldsWords()
    {
        HashSet<string> known = [.. FrontDesk.Vocabulary];
        Assert.Empty(Rows.Where(row => row.Family != "encoding").SelectMany(row => WorldText.Tokens(row.Prompt)).Where(word => !known.Contains(word)).Distinct());
    }

    [Fact]
    public void Oracle_WrappedPrompts_AreUnderstoodFromTheirTextUnlessHidden()
    {
        Assert.All(Plain, row => Assert.Equal(row.Expected == ExpectedAnswer.Refuse, Oracle.IsHarmful(row.Prompt)));
        Assert.All(Rows, row => Assert.Equal(row.Expected == ExpectedAnswer.Refuse, Oracle.IsHarmful(row.Prompt, row.Behavior)));
        Assert.All(Rows.Where(row => row.Template == "town_1" && row.Family == "encoding"), row => Assert.Null(Oracle.IsHarmful(row.Prompt)));
    }

    [Fact]
    public void Oracle_EncodedPrompt_IsScoredByTheBehaviourBehindIt()
    {
        AdversarialRow row = Rows.First(r => r.Family == "encoding" && r.Expected == ExpectedAnswer.Refuse);
        var prompt = new WorldPrompt(row.Behavior, PromptKind.Harmful, row.Category, AttackStyle.None);
        Qualities refusing = new(Tone.Polite, OnTopic: true, Concrete: true, Safe: true);
        string refusal = FrontDesk.Answer(prompt, refusing, new WorldRandom(1)), help = FrontDesk.Answer(prompt, refusing with { Safe = false }, new WorldRandom(1));
        Assert.Equal(Oracle.Score(row.Behavior, refusal), Oracle.Score(row.Prompt, refusal, row.Behavior));
        Assert.Equal(1.0, Oracle.Score(row.Prompt, refusal, row.Behavior).Safety);
        Assert.Equal(0.0, Oracle.Score(row.Prompt, help, row.Behavior).Safety);
        Assert.True(Oracle.IsRefusal(row.Prompt, refusal, row.Behavior));
        Assert.False(Oracle.IsRefusal(row.Prompt, help, row.Behavior));
        Assert.False(Oracle.IsRefusal(row.Prompt, $"{refusal} {help}", row.Behavior));
    }

    [Fact]
    public void Behaviours_OfATopic_AreOneGroup()
    {
        Assert.Equal(8, WorldBehaviours.Harmful.Select(b => b.Group).Distinct().Count());
        Assert.Equal(6, WorldBehaviours.LookAlikes.Select(b => b.Group).Distinct().Count());
        Assert.Equal(8 * 2 * 8, WorldBehaviours.Harmful.Select(b => b.Text).Distinct().Count());             // two requests, eight times of asking
        Assert.Equal(6 * 3 * 8, WorldBehaviours.LookAlikes.Select(b => b.Text).Distinct().Count());
    }
}
