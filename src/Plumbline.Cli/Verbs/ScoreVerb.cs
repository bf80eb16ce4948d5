using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Training.Data;
using Plumbline.Training.Recipes;
using Plumbline.Training.RewardModeling;
using Plumbline.Training.Rewards;
using TorchSharp;

namespace Plumbline.Cli.Verbs;

internal static class ScoreVerb
{
    public static Command Create()
    {
        var reward = new Option<string>("--reward") { HelpName = "DIR", Description = "a reward model's folder", Required = true };
        var data = new Option<string>("--data") { HelpName = "FILE", Description = "rows (.jsonl, .json, .csv, .parquet) with prompt and response (or completion)", Required = true };
        var output = new Option<string?>("--out") { HelpName = "FILE", Description = "JSONL to write: each row with a `scores` object added" };
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        Option<string> device = CommonOptions.Device();
        var command = new Verb("score", "Score rows with a reward model; where rows carry labels, report how well the scores fit.",
            """
            plumbline score --reward runs/reward/final --data rows.jsonl --out scored.jsonl
            plumbline score --reward runs/reward/final --data labelled.jsonl --json

            A row is {"prompt": "...", "response": "..."} and, where known, a number for an
            objective under its name. --json prints one object: {"rows", "objectives"}, for
            each objective its mean_score and, where rows carry labels, a report.
            """)
        { reward, data, output, json, device, threads };
        command.SetAction((parsed, cancellationToken) =>
        {
            torch.Device where = CommonOptions.Start(parsed, threads, device);
            string path = parsed.GetValue(data)!;
            using RewardModel model = RewardModel.Load(parsed.GetValue(reward)!, where);
            DataRow[] lines = [.. RowReader.Read(path)];
            IReadOnlyList<RewardRow> rows = RewardRow.Read([path], new RewardData { Objectives = model.Objectives }, labelled: false);
            using OutputFile? target = OutputFile.Prepare(parsed.GetValue(output));
            RewardTable table = model.Score([.. rows.Select(r => r.ToInput())], cancellationToken);
            target?.WriteLines(lines.Select((line, i) => WithScores(line.Value, table, i)));
            Dictionary<string, ObjectiveReport> reports = ObjectiveReport.Of(model.Objectives, table.Scores, [.. rows.Select(r => r.Labels)]);
            if (parsed.GetValue(json))
                JsonOutput.Print(new
                {
                    rows = table.Count,
                    objectives = model.Objectives.Select((name, k) => (name, value: new { mean_score = table.Column(k).Average(), report = reports[name].Rows > 0 ? reports[name] : null }))
                        .ToDictionary(o => o.name, o => o.value),
                });
            else if (reports.Values.Any(r => r.Rows > 0))
                ObjectiveTable.Print(reports, toError: false);
            else
                foreach ((string name, int k) in model.Objectives.Select((name, k) => (name, k)))
                    Console.WriteLine($"{name}: mean {table.Column(k).Average():F4} over {table.Count} rows (no labels)");
            return Task.FromResult(CommandLineApp.Done);
        });
        return command;
    }

    private static string WithScores(JsonElement row, RewardTable table, int index)
    {
        JsonObject scored = JsonObject.Create(row)!;
        scored["scores"] = JsonSerializer.SerializeToNode(table.Objectives.Select((name, k) => (name, score: table.Scores[index][k])).ToDictionary(s => s.name, s => s.score), JsonOutput.Options);
        return JsonOutput.Line(scored);
    }
}
