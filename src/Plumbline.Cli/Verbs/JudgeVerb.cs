using System.CommandLine;
using System.Diagnostics;
using Plumbline.Training.Data;
using Plumbline.Training.Evaluation;
using Plumbline.Training.Recipes;
using Plumbline.Training.RewardModeling;

namespace Plumbline.Cli.Verbs;

internal static class JudgeVerb
{
    private const double HeldOutShare = 0.1;

    public static Command Create()
    {
        var defaults = new RewardData();
        var data = new Option<string>("--data") { HelpName = "FILE", Description = "labelled rows (.jsonl, .json, .csv, .parquet): prompt, response (or completion), a number an objective, perhaps split", Required = true };
        var output = new Option<string>("--out") { HelpName = "DIR", Description = "the judge's folder", Required = true };
        var half = new Option<string>("--half") { HelpName = "WHICH", Description = "train on the first or the second half of the prompts, or on all", DefaultValueFactory = _ => "second" };
        half.AcceptOnlyFromAmong("first", "second", "all");
        var halves = new Option<string?>("--write-halves") { HelpName = "DIR", Description = "write both halves there too: first.jsonl, second.jsonl" };
        var objectives = new Option<string?>("--objectives") { HelpName = "A,B", Description = $"fields of the labels; {string.Join(", ", defaults.Objectives)} by default" };
        var seed = new Option<int>("--seed") { HelpName = "N", Description = "seed of the halves and of the judge", DefaultValueFactory = _ => 0 };
        Option<bool> json = CommonOptions.Json();
        var command = new Verb("judge", "Train an independent judge, unlike the reward model and on rows that it was not given.",
            """
            plumbline judge --data labels.jsonl --out runs/judge --write-halves halves
            plumbline reward --data halves/first.jsonl --out runs/reward
            plumbline evaluate --model MODEL --prompts heldout.jsonl \
                --reward runs/reward/final --judge runs/judge

            Halves share no prompt, and depend on the seed alone. By default the judge takes
            the second. Rows with "split": "val" are held out for the figures; where there
            are none, a tenth of the rows. Counted features and boosted trees; no GPU.
            """)
        { data, output, half, halves, objectives, seed, json };
        command.SetAction((parsed, cancellationToken) =>
        {
            string path = parsed.GetValue(data)!, place = parsed.GetValue(output)!;
            int chosen = parsed.GetValue(seed);
            if (File.Exists(place))
                throw new UsageException($"--out is {place}, which is a file. Name a folder.");
            string[]? named = parsed.GetValue(objectives)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (named is [] || named?.Distinct().Count() != named?.Length)
                throw new UsageException($"--objectives is '{parsed.GetValue(objectives)}', but it must name at least one field, each once.");
            var form = new RewardData { Train = [path], Objectives = named ?? defaults.Objectives };
            IReadOnlyList<RewardRow> rows = RewardRow.Read([path], form);
            if (parsed.GetValue(halves) is { } folder)
                WriteHalves(path, rows, folder, chosen);
            (RewardRow[] train, RewardRow[] heldOut) = Part(rows, parsed.GetValue(half)!, chosen);
            var clock = Stopwatch.StartNew();
            IndependentJudge judge = IndependentJudge.Train(train, form.Objectives, new JudgeOptions { Seed = chosen }, cancellationToken);
            judge.Save(place);
            double seconds = clock.Elapsed.TotalSeconds;
            IReadOnlyDictionary<string, ObjectiveReport> reports = judge.Report(heldOut, cancellationToken);
            ObjectiveTable.Print(reports, toError: parsed.GetValue(json));
            if (parsed.GetValue(json))
                JsonOutput.Print(new { objectives = reports, rows = train.Length, held_out = heldOut.Length, half = parsed.GetValue(half), seconds, judge = Path.GetFullPath(place) });
            else
                Console.WriteLine($"Trained on {train.Length} rows in {seconds:F0} s; the figures are of {heldOut.Length} rows held out. The judge is in {place}.");
            return Task.FromResult(CommandLineApp.Done);
        });
        return command;
    }

    private static (RewardRow[] Train, RewardRow[] HeldOut) Part(IReadOnlyList<RewardRow> rows, string half, long seed)
    {
        RewardRow[] own = [.. rows.Where(r => !r.IsValidation && (half == "all" || DisjointHalves.IsFirst(r, seed) == (half == "first")))];
        RewardRow[] marked = [.. rows.Where(r => r.IsValidation)];
        if (marked.Length > 0)
            return (own, marked);
        (int[] train, int[] heldOut) = DeterministicShuffle.Split(own.Length, HeldOutShare, seed);
        return ([.. train.Select(i => own[i])], [.. heldOut.Select(i => own[i])]);
    }

    // The lines as they are, so that no field is lost.
    private static void WriteHalves(string path, IReadOnlyList<RewardRow> rows, string folder, long seed)
    {
        string[] lines = [.. RowReader.Read(path).Select(line => line.Value.GetRawText())];
        foreach ((string name, bool first) in new[] { ("first.jsonl", true), ("second.jsonl", false) })
        {
            using OutputFile file = OutputFile.Prepare(Path.Combine(folder, name))!;
            file.WriteLines(lines.Where((_, i) => DisjointHalves.IsFirst(rows[i], seed) == first));
        }
    }
}
