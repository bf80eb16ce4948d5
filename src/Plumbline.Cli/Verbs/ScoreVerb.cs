using System.CommandLine;
using System.Text.Json.Nodes;
using Plumbline.Training.Data;
using Plumbline.Training.Recipes;
using Plumbline.Training.RewardModeling;
using Plumbline.Training.Rewards;

namespace Plumbline.Cli.Verbs;

internal static class ScoreVerb
{
    public static Command Create()
    {
        var reward = new Option<string>("--reward") { Description = "a reward model's folder", Required = true };
        var data = new Option<string>("--data") { Description = "JSONL with prompt and response (or completion)", Required = true };
        var output = new Option<string?>("--out") { Description = "JSONL to write: each row with a `scores` object added" };
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        var command = new Command("score",
            """
            Score rows with a reward model; where rows carry labels, report how well the scores fit them.

              plumbline score --reward runs/reward/final --data rows.jsonl --out scored.jsonl
              plumbline score --reward runs/reward/final --data labelled.jsonl --json
            """)
        { reward, data, output, json, threads };
        command.SetAction((parsed, cancellationToken) =>
        {
            CommonOptions.Initialize(parsed.GetValue(threads));
            using RewardModel model = RewardModel.Load(parsed.GetValue(reward)!);
            string path = parsed.GetValue(data)!;
            JsonLine[] lines = [.. JsonLines.Read(path)];
            IReadOnlyList<RewardRow> rows = RewardRow.Read(path, new RewardData { Train = path, Objectives = model.Objectives }, labelled: false);
            RewardTable table = model.Score([.. rows.Select(r => (r.Prompt, r.Completion))], cancellationToken);
            if (parsed.GetValue(output) is { } target)
                Write(target, lines, table);
            Dictionary<string, ObjectiveReport> reports = ObjectiveReport.Of(model.Objectives, table.Scores, [.. rows.Select(r => r.Labels)]);
            bool labelled = reports.Values.Any(r => r.Rows > 0);
            if (labelled)
                ObjectiveTable.Print(reports, toError: parsed.GetValue(json));
            else if (!parsed.GetValue(json))
                foreach ((string name, int k) in model.Objectives.Select((name, k) => (name, k)))
                    Console.WriteLine($"{name}: mean {table.Column(k).Average():F4} over {table.Count} rows (no labels)");
            if (parsed.GetValue(json))
                JsonOutput.Print(new
                {
                    rows = table.Count,
                    objectives = model.Objectives.Select((name, k) => (name, value: new { mean_score = table.Column(k).Average(), report = reports[name].Rows > 0 ? reports[name] : null }))
                        .ToDictionary(o => o.name, o => o.value),
                });
            return Task.FromResult(CommandLineApp.Done);
        });
        return command;
    }

    // Written beside its place and moved there whole: an interrupted run leaves no half file.
    private static void Write(string path, JsonLine[] lines, RewardTable table)
    {
        string temporary = path + ".part";
        using (StreamWriter writer = File.CreateText(temporary))
            for (int i = 0; i < lines.Length; i++)
            {
                var row = (JsonObject)JsonNode.Parse(lines[i].Value.GetRawText())!;
                row["scores"] = new JsonObject(table.Objectives.Select((name, k) => KeyValuePair.Create<string, JsonNode?>(name, JsonValue.Create(table.Scores[i][k]))));
                writer.WriteLine(row.ToJsonString());
            }
        File.Move(temporary, path, overwrite: true);
    }
}
