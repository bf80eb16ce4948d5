using System.CommandLine;
using Plumbline.Core.Statistics;
using Plumbline.Engine.Generation;
using Plumbline.Models.Tokens;
using Plumbline.Quickstart;
using Plumbline.Training.Data;
using Plumbline.Training.Rewards;
using TorchSharp;

namespace Plumbline.Cli.Verbs;

internal static class EvaluateVerb
{
    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        Option<string?> adapter = CommonOptions.Adapter();
        var reward = new Option<string>("--reward") { HelpName = "DIR", Description = "a reward model's folder", Required = true };
        var prompts = new Option<string>("--prompts") { HelpName = "FILE", Description = "JSONL with a `prompt` a row, or .txt with a prompt a line", Required = true };
        var limit = new Option<int>("--limit") { HelpName = "N", Description = "take only the first N prompts; 0 takes all", DefaultValueFactory = _ => 0 };
        var oracle = new Option<bool>("--oracle") { Description = "prompts of the embedded world: ask its oracle too" };
        var output = new Option<string?>("--out") { HelpName = "FILE", Description = "JSONL to write: prompt, completion, finish_reason, scores" };
        var sampling = new SamplingOptionsSet();
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        Option<string> device = CommonOptions.Device();
        var command = new Verb("evaluate", "Let a model answer prompts and score the answers on every objective.",
            """
            plumbline evaluate --model MODEL --reward runs/reward/final --prompts heldout.jsonl
            plumbline evaluate --model MODEL --adapter runs/grpo/final \
                --reward runs/reward/final --prompts heldout.jsonl --out answers.jsonl --json
            """)
        { model, adapter, reward, prompts, limit, oracle, output };
        sampling.AddTo(command);
        foreach (Option option in new Option[] { json, device, threads })
            command.Add(option);
        command.SetAction((parsed, cancellationToken) =>
        {
            GenerationOptions options = sampling.Read(parsed);
            int most = parsed.GetValue(limit);
            if (most < 0)
                throw new UsageException($"--limit is {most}, but a number of prompts is not negative; 0 takes all.");
            torch.Device where = CommonOptions.Start(parsed, threads, device);
            using RewardModel judge = RewardModel.Load(parsed.GetValue(reward)!, where);
            using LoadedModel loaded = LoadedModel.Open(parsed.GetValue(model)!, parsed.GetValue(adapter), where);
            IReadOnlyList<PromptRow> all = PromptRow.Read(parsed.GetValue(prompts)!, "prompt");
            PromptRow[] rows = [.. most > 0 ? all.Take(most) : all];
            using OutputFile? target = OutputFile.Prepare(parsed.GetValue(output));
            GenerationRequest[] requests = [.. rows.Select((r, i) => new GenerationRequest(loaded.Tokenizer.EncodePrompt(r.Prompt), i))];
            options = sampling.Fit(parsed, options, loaded.Decoder.Config, requests.Max(r => r.PromptIds.Length));
            Completion[] completions = loaded.Generator.Generate(requests, options, cancellationToken: cancellationToken);
            (string Prompt, string Completion)[] answered = [.. rows.Zip(completions, (r, c) => (r.Prompt, c.Text))];
            RewardTable table = judge.Score(answered, cancellationToken);
            if (parsed.GetValue(oracle))
                table = RewardTable.Join([table, OracleTable.Of(answered)]);
            target?.WriteLines(rows.Select((r, i) => JsonOutput.Line(new
            {
                prompt = r.Prompt,
                completion = completions[i].Text,
                finish_reason = JsonOutput.Word(completions[i].FinishReason),
                scores = table.Objectives.Select((name, k) => (name, score: table.Scores[i][k])).ToDictionary(s => s.name, s => s.score),
            })));
            var objectives = table.Objectives.Select((name, k) => (name, summary: Summary.Of(table.Column(k)))).ToDictionary(o => o.name, o => o.summary);
            double length = completions.Average(c => c.TokenIds.Length), truncated = completions.Average(c => c.FinishReason == FinishReason.Length ? 1.0 : 0.0);
            if (parsed.GetValue(json))
                JsonOutput.Print(new { prompts = rows.Length, objectives = objectives.ToDictionary(o => o.Key, o => new { o.Value.Mean, o.Value.Std }), mean_length = length, truncated });
            else
            {
                foreach ((string name, Summary summary) in objectives)
                    Console.WriteLine($"{name,-20} {summary.Mean,8:F4}  (spread {summary.Std:F4})");
                Console.WriteLine($"{rows.Length} prompts, mean length {length:F1} tokens, {truncated:P0} truncated");
            }
            return Task.FromResult(CommandLineApp.Done);
        });
        return command;
    }
}
