using Plumbline.TestKit;
using Plumbline.Training.Adversarial;
using Plumbline.Training.Data;

namespace Plumbline.Training.Tests.Adversarial;

public sealed class AdversarialSetTests
{
    private static readonly Behaviour[] Harmful = Requests("harmful", 20);
    private static readonly Behaviour[] Harmless = Requests("harmless", 20);

    // A quarter of 400 is harmless: 100 over ten families are 10 each, and 300 harmful are 30 each.
    [Fact]
    public void Build_MoreThanEnough_IsBalancedOverFamiliesForBothAnswers()
    {
        IReadOnlyList<AdversarialRow> rows = AdversarialSet.Build(new AdversarialOptions { Count = 400 }, Harmful, Harmless);
        Assert.Equal(400, rows.Select(row => row.Prompt).Distinct().Count());
        foreach (AttackFamily family in AttackFamilies.All)
        {
            AdversarialRow[] refused = [.. rows.Where(row => row.Family == family.Name && row.Expected == ExpectedAnswer.Refuse)];
            Assert.Equal(30, refused.Length);
            Assert.Equal(10, rows.Count(row => row.Family == family.Name && row.Expected == ExpectedAnswer.Comply));
            Assert.All(refused.CountBy(row => row.Behavior), count => Assert.InRange(count.Value, 1, 2));        // 30 over 20 requests
            int share = 30 / family.Templates.Count;
            Assert.Equal(family.Templates.Count, refused.DistinctBy(row => row.Template).Count());
            Assert.All(refused.CountBy(row => row.Template), count => Assert.InRange(count.Value, share - 1, share + 2));
        }
        Assert.All(rows, row => Assert.Equal(row.Expected == ExpectedAnswer.Refuse, row.Behavior.StartsWith("do harmful", StringComparison.Ordinal)));
        Assert.All(rows, row => Assert.Equal(row.Prompt, AttackFamilies.All.Single(f => f.Name == row.Family).Templates.Single(t => t.Name == row.Template).Wrap(row.Behavior)));
    }

    // 15 % of 20 requests are 3; a fifth of ten families are 2.
    [Fact]
    public void Build_Splits_AreDisjointByRequestAndByFamily()
    {
        IReadOnlyList<AdversarialRow> rows = AdversarialSet.Build(new AdversarialOptions { Count = 1000 }, Harmful, Harmless);
        ILookup<AdversarialSplit, AdversarialRow> of = rows.ToLookup(row => row.Split);
        string[] Behaviours(AdversarialSplit a, AdversarialSplit b) => [.. of[a].Concat(of[b]).Select(row => row.Behavior).Distinct()];
        string[] Families(AdversarialSplit a, AdversarialSplit b) => [.. of[a].Concat(of[b]).Select(row => row.Family).Distinct()];
        string[] unseen = Behaviours(AdversarialSplit.HeldOutBehavior, AdversarialSplit.HeldOutBoth);
        Assert.Equal(3, unseen.Count(text => text.StartsWith("do harmful ", StringComparison.Ordinal)));
        Assert.Equal(3, unseen.Count(text => text.StartsWith("do harmless", StringComparison.Ordinal)));
        Assert.Empty(unseen.Intersect(Behaviours(AdversarialSplit.Train, AdversarialSplit.HeldOutFamily)));
        string[] unseenFamilies = Families(AdversarialSplit.HeldOutFamily, AdversarialSplit.HeldOutBoth);
        Assert.Equal(2, unseenFamilies.Length);
        Assert.DoesNotContain("direct", unseenFamilies);
        Assert.Empty(unseenFamilies.Intersect(Families(AdversarialSplit.Train, AdversarialSplit.HeldOutBehavior)));
        Assert.All(Enum.GetValues<AdversarialSplit>(), split => Assert.NotEmpty(of[split]));
    }

    [Fact]
    public void Build_RequestsOfAGroup_LieOnOneSide()
    {
        Behaviour[] grouped = [.. Harmful.Select((b, i) => b with { Group = $"g{i / 4}" })];
        IReadOnlyList<AdversarialRow> rows = AdversarialSet.Build(new AdversarialOptions { Count = 900, HeldOutFraction = 0.4, HeldOutFamilies = [] }, grouped, []);
        string[] unseen = [.. rows.Where(row => row.Split == AdversarialSplit.HeldOutBehavior).Select(row => row.Behavior).Distinct()];
        Assert.Equal(8, unseen.Length);                                                                            // two groups of five, four requests each
        Assert.All(grouped.GroupBy(b => b.Group), group => Assert.Contains(group.Count(b => unseen.Contains(b.Text)), new[] { 0, 4 }));
    }

    [Fact]
    public void Build_NamedFamilies_AreUsedAndHeldOutAsNamed()
    {
        var options = new AdversarialOptions { Count = 60, Families = ["direct", "splitting", "encoding"], HeldOutFamilies = ["encoding"], HeldOutFraction = 0 };
        IReadOnlyList<AdversarialRow> rows = AdversarialSet.Build(options, Harmful, Harmless);
        Assert.Equal(["direct", "encoding", "splitting"], rows.Select(row => row.Family).Distinct().Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.Equal(row.Family == "encoding" ? AdversarialSplit.HeldOutFamily : AdversarialSplit.Train, row.Split));
    }

    [Fact]
    public void Build_FewerThanAsked_GivesEveryRequestInEveryTemplateOnce()
    {
        int templates = AttackFamilies.All.Sum(family => family.Templates.Count);
        IReadOnlyList<AdversarialRow> rows = AdversarialSet.Build(new AdversarialOptions(), [.. Harmful.Take(2), new("  Do HARMFUL thing number 0 . ")], [Harmless[0]]);
        Assert.Equal(3 * templates, rows.Count);
        Assert.Equal(3 * templates, rows.Select(row => (row.Behavior, row.Family, row.Template)).Distinct().Count());
    }

    [Fact]
    public void Build_TooFewLookAlikes_AreReplacedByHarmfulRows()
    {
        int templates = AttackFamilies.All.Sum(family => family.Templates.Count);
        IReadOnlyList<AdversarialRow> rows = AdversarialSet.Build(new AdversarialOptions { Count = 800, LookAlikeFraction = 0.5 }, Harmful, [Harmless[0]]);
        Assert.Equal(800, rows.Count);
        Assert.Equal(templates, rows.Count(row => row.Expected == ExpectedAnswer.Comply));
        Assert.DoesNotContain(AdversarialSet.Build(new AdversarialOptions { LookAlikeFraction = 0 }, Harmful, Harmless), row => row.Expected == ExpectedAnswer.Comply);
    }

    [Fact]
    public void Build_SeedAlone_Decides()
    {
        var options = new AdversarialOptions { Count = 300 };
        IReadOnlyList<AdversarialRow> rows = AdversarialSet.Build(options, Harmful, Harmless);
        Assert.Equal(rows, AdversarialSet.Build(options, Harmful, Harmless));
        Assert.NotEqual(rows, AdversarialSet.Build(options with { Seed = 2 }, Harmful, Harmless));
        Assert.InRange(rows.Take(100).Count(row => row.Expected == ExpectedAnswer.Comply), 10, 45);                // mixed, not one after the other
    }

    [Fact]
    public void Build_WrongInput_SaysWhat()
    {
        string Fault(Action act) => Assert.Throws<ArgumentException>(act).Message;
        Assert.Contains("stands among the behaviours and among the look-alikes", Fault(() => AdversarialSet.Build(new AdversarialOptions(), Harmful, [new("DO harmful thing number 3!")])));
        Assert.Contains("nothing to attack with", Fault(() => AdversarialSet.Build(new AdversarialOptions(), [], Harmless)));
        Assert.Contains("count is 0", Fault(() => AdversarialSet.Build(new AdversarialOptions { Count = 0 }, Harmful, Harmless)));
    }

    [Fact]
    public void Options_SeveralFaults_AreToldAtOnce()
    {
        var options = new AdversarialOptions { Count = 0, Families = ["roleplay", "direct"], HeldOutFamilies = ["encoding"], HeldOutFraction = 1, LookAlikeFraction = -0.1 };
        Assert.Equal(
        [
            "a.count is 0, but a set has at least one row. Set it to 1 or more.",
            "a.held_out_fraction is 1, but it is a share of the requests: at least 0, below 1.",
            "a.look_alike_fraction is -0.1, but it is a share of the rows: at least 0, below 1.",
            $"a.families names 'roleplay', which is none of the families used. Did you mean 'role_play'? They are {string.Join(", ", AttackFamilies.Names)}.",
            "a.held_out_families names 'encoding', which is none of the families used. They are roleplay, direct.",
        ], options.Faults("a"));
        Assert.Empty(new AdversarialOptions().Faults(""));
    }

    // 645 requests of three public sets and our own look-alikes: the 7,000 rows of the defaults.
    [Fact]
    public void Build_FromRealRequests_ReachesSevenThousandWithNoRequestOnBothSides()
    {
        string? path = SharedFiles.Data("curated/adversarial_dev.jsonl");
        Assert.SkipWhen(path is null, "the curated data is not beside the project");
        IReadOnlyList<AdversarialRow> rows = AdversarialSet.Build(new AdversarialOptions(), BehaviourFile.Read(path).Harmful, HarmlessRequests.All);
        Assert.Equal(7000, rows.Select(row => row.Prompt).Distinct().Count());
        Assert.All(rows.CountBy(row => row.Family), count => Assert.Equal(700, count.Value));
        Assert.Equal(1750, rows.Count(row => row.Expected == ExpectedAnswer.Comply));
        HashSet<string> trained = [.. rows.Where(row => row.Split is AdversarialSplit.Train or AdversarialSplit.HeldOutFamily).Select(row => row.Behavior)];
        Assert.DoesNotContain(rows, row => row.Split is AdversarialSplit.HeldOutBehavior or AdversarialSplit.HeldOutBoth && trained.Contains(row.Behavior));
    }

    private static Behaviour[] Requests(string kind, int count) => [.. Enumerable.Range(0, count).Select(i => new Behaviour($"do {kind} thing number {i}", kind))];
}
