using System.CommandLine;
using Plumbline.Core.Statistics;
using Plumbline.Engine.Generation;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Quantization;
using Plumbline.Models.Tokens;
using Plumbline.Quickstart;
using Plumbline.Rewards;
using Plumbline.Training.Data;
using Plumbline.Training.Evaluation;
using Plumbline.Training.Rewards;
using Plumbline.Training.Runs;
using TorchSharp;

namespace Plumbline.Cli.Verbs;

internal static class EvaluateVerb
{
    internal const string RewardName = "reward", JudgeName = "judge", OracleName = "oracle";

    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        Option<string?> adapter = CommonOptions.Adapter();
        var prompts = new Option<string>("--prompts") { HelpName = "FILE", Description = "rows (.jsonl, .json, .csv, .parquet) with a `prompt`, perhaps tagged, or .txt with a prompt a line", Required = true };
        var reward = new Option<string?>("--reward") { HelpName = "DIR", Description = "a reward model's folder" };
        var judge = new Option<string?>("--judge") { HelpName = "DIR", Description = "an independent judge's folder, from `plumbline judge`" };
        var oracle = new Option<bool>("--oracle") { Description = "prompts of the embedded world: ask its oracle too" };
        var reference = new Option<string?>("--reference") { HelpName = "DIR", Description = "model to measure the KL from; with --adapter, the base without it" };
        var against = new Option<string?>("--against") { HelpName = "FILE", Description = "an earlier --out on the same prompts: win rate, and a look for reward hacking" };
        var limit = new Option<int>("--limit") { HelpName = "N", Description = "take only the first N prompts; 0 takes all", DefaultValueFactory = _ => 0 };
        var output = new Option<string?>("--out") { HelpName = "FILE", Description = "JSONL to write: prompt, completion, finish_reason, refused, scores" };
        var sampling = new SamplingOptionsSet();
        var precision = new PrecisionOptions();
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        Option<string> device = CommonOptions.Device();
        var command = new Verb("evaluate", "Let a model answer prompts, and measure the answers: scores, refusals, KL, variety.",
            """
            plumbline evaluate --model MODEL --reward runs/reward/final --prompts heldout.jsonl
            plumbline evaluate --model MODEL --prompts heldout.jsonl --out before.jsonl \
                --reward runs/reward/final --judge runs/judge
            plumbline evaluate --model MODEL --adapter runs/grpo/final --json \
                --prompts heldout.jsonl --reward runs/reward/final --judge runs/judge \
                --against before.jsonl

            Prompts may be tagged: expected (refuse, comply), family, category; refusal rates
            are then told apart. --against judges the earlier answers anew, with the same
            judges. --reward, --judge, --oracle: at least one.
            """)
        { model, adapter, prompts, reward, judge, oracle, reference, against, limit, output };
        sampling.AddTo(command);
        precision.AddTo(command);
        foreach (Option option in new Option[] { json, device, threads })
            command.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            GenerationOptions options = sampling.Read(parsed);
            (ModelDType DType, QuantizationType Quantization) held = precision.Read(parsed);
            int most = parsed.GetValue(limit);
            if (most < 0)
                throw new UsageException($"--limit is {most}, but a number of prompts is not negative; 0 takes all.");
            if (parsed.GetValue(reward) is null && parsed.GetValue(judge) is null && !parsed.GetValue(oracle))
                throw new UsageException("Nobody is asked to judge the answers. Give --reward DIR, --judge DIR, or --oracle for prompts of the embedded world.");
            torch.Device where = CommonOptions.Start(parsed, threads, device);
            using RewardModel? trained = parsed.GetValue(reward) is { } rewardFolder ? RewardModel.Load(rewardFolder, where) : null;
            IndependentJudge? independent = parsed.GetValue(judge) is { } judgeFolder ? IndependentJudge.Load(judgeFolder) : null;
            IReadOnlyList<PromptRow> all = PromptRow.Read(parsed.GetValue(prompts)!, "prompt");
            PromptRow[] rows = [.. most > 0 ? all.Take(most) : all];
            var known = new OracleJudge(rows);
            IReadOnlyList<RewardInput>? earlier = parsed.GetValue(against) is { } before ? Earlier(before, rows) : null;
            using OutputFile? target = OutputFile.Prepare(parsed.GetValue(output));
            NamedJudge[] judges =
            [
                .. trained is null ? Array.Empty<NamedJudge>() : [new NamedJudge(RewardName, trained)],
                .. independent is null ? Array.Empty<NamedJudge>() : [new NamedJudge(JudgeName, independent)],
                .. parsed.GetValue(oracle) ? [new NamedJudge(OracleName, known)] : Array.Empty<NamedJudge>(),
            ];
            Func<string, string, bool> isRefusal = parsed.GetValue(oracle) ? known.IsRefusal : RefusalRules.IsRefusal;

            AnswerSet answers;
            using (LoadedModel loaded = LoadedModel.Open(parsed.GetValue(model)!, parsed.GetValue(adapter), where, held))
            {
                options = sampling.Fit(parsed, options, loaded.Decoder.Config, rows.Max(r => loaded.Tokenizer.EncodePrompt(r).Length));
                answers = AnswerSet.Sample(loaded.Decoder, loaded.Tokenizer, rows, options, cancellationToken);
                if (parsed.GetValue(adapter) is not null && parsed.GetValue(reference) is null)
                {
                    loaded.Decoder.Activate(null);
                    answers = answers.WithReference(loaded.Decoder, cancellationToken);
                }
            }
            if (parsed.GetValue(reference) is { } other)
                answers = WithReference(answers, other, where, held, cancellationToken);

            long seed = options.Sampling.Seed;
            EvaluationReport report = await Evaluator.EvaluateAsync(answers, judges, isRefusal, seed, cancellationToken);
            Dictionary<string, WinRate> wins = [];
            List<RunFinding> findings = [];
            if (earlier is not null)
            {
                JudgeScores[] scoresBefore = await Task.WhenAll(judges.Select(async j => JudgeScores.Of(j.Name, await j.Source.ScoreAsync(earlier, cancellationToken), j.Weights, seed)));
                foreach ((JudgeScores now, JudgeScores then) in report.Judges.Zip(scoresBefore))
                {
                    wins.Add(now.Name, WinRates.Of(now, then, seed));
                    if (trained is not null && now.Name != RewardName)
                        findings.AddRange(RewardHacking.Detect(scoresBefore[0], report.Judges[0], then, now, seed));
                }
            }
            target?.WriteLines(rows.Select((r, i) => Line(r, answers.Answers[i].Completion, report, i)));
            if (parsed.GetValue(json))
                JsonOutput.Print(EvaluationDisplay.ToJson(report, wins, findings));
            else
                EvaluationDisplay.Print(report, wins, findings);
            return CommandLineApp.Done;
        });
        return command;
    }

    private static AnswerSet WithReference(AnswerSet answers, string directory, torch.Device device, (ModelDType DType, QuantizationType Quantization) held, CancellationToken cancellationToken)
    {
        using LoadedModel model = LoadedModel.Open(directory, null, device, held, needsTokenizer: false);
        return answers.WithReference(model.Decoder, cancellationToken);
    }

    private static RewardInput[] Earlier(string path, PromptRow[] rows)
    {
        DataRow[] lines = [.. RowReader.Read(path)];
        if (lines.Length < rows.Length)
            throw new DataException(path, 0, $"it holds {lines.Length} answers, but there are {rows.Length} prompts. Evaluate the earlier model on the same prompts, or lower --limit.");
        return [.. rows.Select((row, i) => lines[i].Text("prompt", "Name a file that `plumbline evaluate --out` wrote.") == row.Prompt
            ? row.AnsweredBy(lines[i].Text("completion", "Name a file that `plumbline evaluate --out` wrote."))
            : throw lines[i].Fault($"its prompt is not that of row {i + 1} of --prompts. Both models must answer the same prompts in the same order."))];
    }

    private static string Line(PromptRow row, Completion completion, EvaluationReport report, int index) => JsonOutput.Line(new
    {
        prompt = row.Prompt,
        completion = completion.Text,
        finish_reason = JsonOutput.Word(completion.FinishReason),
        refused = report.Refused[index],
        scores = report.Judges.SelectMany(j => j.Table.Objectives.Select((o, k) => (name: EvaluationDisplay.FlatName(j.Name, o), score: j.Table.Scores[index][k]))).ToDictionary(s => s.name, s => s.score),
    });
}
