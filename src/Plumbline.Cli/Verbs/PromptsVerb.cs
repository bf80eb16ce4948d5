using System.CommandLine;
using Plumbline.Quickstart.World;
using Plumbline.Training.Adversarial;
using Plumbline.Training.Data;

namespace Plumbline.Cli.Verbs;

internal static class PromptsVerb
{
    private const string Adversarial = "adversarial";

    public static Command Create()
    {
        var defaults = new AdversarialOptions();
        var kind = new Argument<string?>("kind") { Description = $"what to build: {Adversarial}", Arity = ArgumentArity.ZeroOrOne };
        var behaviours = new Option<string?>("--behaviors") { HelpName = "FILE", Description = "requests to refuse: rows (behavior, prompt, text or goal; category, expected), or .txt with one a line; without it, the embedded world's" };
        var lookAlikes = new Option<string?>("--look-alikes") { HelpName = "FILE", Description = "harmless requests that sound like them; without it, those that --behaviors expects to comply, else a list of ours" };
        var output = new Option<string>("--out") { HelpName = "PATH", Description = "a .jsonl file for all rows, or a folder with a file for each split", Required = true };
        var count = new Option<int>("--count") { HelpName = "N", Description = "rows wanted", DefaultValueFactory = _ => defaults.Count };
        var families = new Option<string?>("--families") { HelpName = "A,B", Description = $"attack families; all by default: {string.Join(", ", AttackFamilies.Names)}" };
        var heldOut = new Option<string?>("--held-out-families") { HelpName = "A,B", Description = "families kept out of training, or none; by default the seed chooses a fifth" };
        var fraction = new Option<double>("--held-out-fraction") { HelpName = "SHARE", Description = "share of the requests kept out of training", DefaultValueFactory = _ => defaults.HeldOutFraction };
        var harmless = new Option<double>("--look-alike-fraction") { HelpName = "SHARE", Description = "share of the rows that are harmless look-alikes", DefaultValueFactory = _ => defaults.LookAlikeFraction };
        var seed = new Option<long>("--seed") { HelpName = "N", Description = "seed of split, choice and order", DefaultValueFactory = _ => defaults.Seed };
        Option<bool> json = CommonOptions.Json();
        var command = new Verb("prompts", "Build prompts to align and to test a model with: harmful requests in many attacks, and harmless look-alikes.",
            """
            plumbline prompts adversarial --behaviors behaviors.jsonl --out data/adversarial
            plumbline prompts adversarial --out adversarial.jsonl --count 2000
            plumbline prompts adversarial --behaviors b.txt --look-alikes harmless.txt \
                --held-out-families encoding,translation --out data/adversarial

            Rows: prompt, behavior, family, template, category, expected (refuse, comply),
            split (train, heldout_behavior, heldout_family, heldout_both). A model trained
            on train alone shows by the others how well it meets attacks that it never saw.
            """)
        { kind, behaviours, lookAlikes, output, count, families, heldOut, fraction, harmless, seed, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(kind) is var asked && asked != Adversarial)
                throw new UsageException($"{(asked is null ? "Say which prompts to build." : $"There are no prompts of the kind '{asked}'.")} The one kind is {Adversarial}: plumbline prompts {Adversarial} --out PATH");
            var options = new AdversarialOptions
            {
                Count = parsed.GetValue(count),
                Families = Names(parsed.GetValue(families)) ?? [],
                HeldOutFamilies = Names(parsed.GetValue(heldOut)),
                HeldOutFraction = parsed.GetValue(fraction),
                LookAlikeFraction = parsed.GetValue(harmless),
                Seed = parsed.GetValue(seed),
            };
            string[] faults = [.. options.Faults("").Select(AsFlag)];
            if (faults.Length > 0)
                throw new UsageException(string.Join('\n', faults));
            string place = parsed.GetValue(output)!;
            bool isFile = place.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase);
            if (isFile ? Directory.Exists(place) : File.Exists(place))
                throw new UsageException($"--out is {place}, which is a {(isFile ? "folder" : "file")}. Name a .jsonl file, or a folder.");
            IReadOnlyList<AdversarialRow> rows = Rows(options, parsed.GetValue(behaviours), parsed.GetValue(lookAlikes));
            IReadOnlyList<string> files = AdversarialFile.Write(place, rows);
            Tell(rows, options.Count, files, parsed.GetValue(json));
            return CommandLineApp.Done;
        });
        return command;
    }

    private static IReadOnlyList<AdversarialRow> Rows(AdversarialOptions options, string? behaviours, string? lookAlikes)
    {
        BehaviourFile? own = lookAlikes is null ? null : BehaviourFile.Read(lookAlikes, unmarked: ExpectedAnswer.Comply);
        if (own is { LookAlikes.Count: 0 })
            throw new DataException(lookAlikes!, 0, "every row is expected to be refused, but look-alikes are harmless. Remove `expected`, or set it to comply.");
        if (behaviours is null)
            return WorldBehaviours.BuildSet(options, own?.LookAlikes);
        BehaviourFile file = BehaviourFile.Read(behaviours);
        if (file.Harmful.Count == 0)
            throw new DataException(behaviours, 0, "no row is to be refused, so there is nothing to attack with. Add rows without `expected`, or with refuse.");
        IReadOnlyList<Behaviour> harmless = own?.LookAlikes ?? (file.LookAlikes.Count > 0 ? file.LookAlikes : HarmlessRequests.All);
        return AdversarialSet.Build(options, file.Harmful, harmless);
    }

    private static void Tell(IReadOnlyList<AdversarialRow> rows, int wanted, IReadOnlyList<string> files, bool machine)
    {
        Dictionary<string, int> Counts<T>(Func<AdversarialRow, T> tag) where T : notnull => rows.CountBy(tag).ToDictionary(group => JsonOutput.Line(group.Key).Trim('"'), group => group.Value);
        Dictionary<string, int> splits = Counts(row => row.Split), families = Counts(row => row.Family), answers = Counts(row => row.Expected);
        string[] unseen = [.. rows.Where(row => row.Split is AdversarialSplit.HeldOutFamily or AdversarialSplit.HeldOutBoth).Select(row => row.Family).Distinct().Order(StringComparer.Ordinal)];
        string[] paths = [.. files.Select(Path.GetFullPath)];
        if (machine)
        {
            JsonOutput.Print(new { rows = rows.Count, wanted, expected = answers, splits, families, heldOutFamilies = unseen, files = paths });
            return;
        }
        foreach ((string title, Dictionary<string, int> counts) in new[] { ("expected", answers), ("split", splits), ("family", families) })
            foreach ((string name, int number) in counts.OrderBy(count => count.Key, StringComparer.Ordinal))
                Console.WriteLine($"{title,-10}{name,-22}{number,7}{(title == "family" && unseen.Contains(name) ? "  kept out of training" : "")}");
        Console.WriteLine($"{rows.Count} different prompts in {string.Join(", ", paths)}");
        if (rows.Count < wanted)
            Console.WriteLine($"That is all there are: {wanted} were asked for, but these requests in these families make no more. Add requests or families.");
    }

    private static string[]? Names(string? list) => list switch
    {
        null => null,
        "none" => [],
        _ => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
    };

    // "held_out_fraction is 2, but ..." speaks of a recipe's key; here the same word is an option.
    private static string AsFlag(string fault)
    {
        int end = fault.IndexOf(' ');
        return $"--{fault[..end].Replace('_', '-')}{fault[end..]}";
    }
}
