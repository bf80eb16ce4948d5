using System.CommandLine;
using System.Globalization;
using Plumbline.Engine.Generation;
using Plumbline.Models.Decoder;
using Plumbline.Models.Tokens;
using Plumbline.Training.Data;
using Plumbline.Training.Dpo;
using Plumbline.Training.Policies;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rollouts;
using Plumbline.Training.Runs;
using TorchSharp;

namespace Plumbline.Cli.Verbs;

internal static class PairsVerb
{
    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        Option<string?> adapter = CommonOptions.Adapter();
        var reward = new Option<string>("--reward") { HelpName = "DIR", Description = "a reward model's folder", Required = true };
        var prompts = new Option<string>("--prompts") { HelpName = "FILE", Description = "rows (.jsonl, .json, .csv, .parquet) with a `prompt`, or .txt with a prompt a line", Required = true };
        var limit = new Option<int>("--limit") { HelpName = "N", Description = "take only the first N prompts; 0 takes all", DefaultValueFactory = _ => 0 };
        var seconds = new Option<double>("--seconds") { HelpName = "S", Description = "begin no further batch of prompts after this time; 0 takes all", DefaultValueFactory = _ => 0 };
        var output = new Option<string>("--out") { HelpName = "FILE", Description = "JSONL to write", Required = true };
        var generations = new Option<int>("--num-generations") { HelpName = "N", Description = "completions sampled per prompt, of which the best and the worst make a pair", DefaultValueFactory = _ => 4 };
        var minMargin = new Option<double>("--min-margin") { HelpName = "X", Description = "leave out pairs whose weighted sums are closer than this", DefaultValueFactory = _ => 0 };
        var weights = new Option<string[]>("--weight") { HelpName = "NAME=X", Description = "weight of an objective in the sum, 1 where none is given (repeatable)" };
        var sampling = new SamplingOptionsSet();
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        Option<string> device = CommonOptions.Device();
        var command = new Verb("pairs", "Make preference pairs for dpo: sample a policy, rank its answers with a reward model.",
            """
            plumbline pairs --model MODEL --reward runs/reward/final \
                --prompts prompts.jsonl --out pairs.jsonl
            plumbline pairs --model MODEL --reward runs/reward/final --prompts p.jsonl \
                --num-generations 8 --min-margin 0.2 --weight safety=2 --out pairs.jsonl
            plumbline dpo --model MODEL --data pairs.jsonl --out runs/dpo

            A row is {"prompt", "chosen", "rejected", "margin", "chosen_scores",
            "rejected_scores"}: the best of a prompt's answers against the worst. --json
            prints {"pairs", "prompts", "too_close", "unscored", "generated_tokens",
            "processor_seconds"}.
            """)
        { model, adapter, reward, prompts, limit, seconds, output, generations, minMargin, weights };
        sampling.AddTo(command);
        foreach (Option option in new Option[] { json, device, threads })
            command.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new PairSamplerOptions { NumGenerations = parsed.GetValue(generations), MinMargin = parsed.GetValue(minMargin), TimeLimit = TimeSpan.FromSeconds(parsed.GetValue(seconds)) };
            if (options.TimeLimit < TimeSpan.Zero)
                throw new UsageException($"--seconds is {parsed.GetValue(seconds)}, but a time is not negative; 0 takes all prompts.");
            Check(options);
            GenerationOptions generation = sampling.Read(parsed);
            if (generation.Sampling.Temperature == 0)
                throw new UsageException("--temperature is 0, but then all answers to a prompt are alike and none is better. Set it above 0; 1 is usual.");
            torch.Device where = CommonOptions.Start(parsed, threads, device);
            int most = parsed.GetValue(limit);
            if (most < 0)
                throw new UsageException($"--limit is {most}, but a number of prompts is not negative; 0 takes all.");
            IReadOnlyList<PromptRow> all = PromptRow.Read(parsed.GetValue(prompts)!, "prompt");
            PromptRow[] rows = [.. most > 0 ? all.Take(most) : all];
            using OutputFile target = OutputFile.Prepare(parsed.GetValue(output))!;
            using RewardModel judge = RewardModel.Load(parsed.GetValue(reward)!, where);
            double[] factors = Weights(parsed.GetValue(weights) ?? [], judge.Objectives);
            using Policy policy = Policy.Load(parsed.GetValue(model)!, null, parsed.GetValue(adapter), withReference: false, seed: 0, where);
            Prompt[] encoded = [.. rows.Select(r => new Prompt(r.Prompt, policy.Tokenizer.EncodePrompt(r)) { Columns = r.Columns, Messages = r.Messages })];
            int longest = encoded.Max(p => p.Ids.Length);
            generation = sampling.Fit(parsed, generation, policy.Model.Config, longest);
            ContextLength.Require(policy.Model.Config, "The longest prompt", longest, generation.MaxNewTokens);
            var sampler = new PairSampler(new LocalRollouts(policy, generation), judge, factors, options);
            PairSample sample = await sampler.SampleAsync(encoded, done => Console.Error.WriteLine($"pairs {done}/{encoded.Length} prompts"), cancellationToken);
            target.WriteLines(sample.Pairs.Select(JsonOutput.Line));
            if (parsed.GetValue(json))
                JsonOutput.Print(new { pairs = sample.Pairs.Count, prompts = encoded.Length, sample.TooClose, sample.Unscored, sample.GeneratedTokens, ProcessMemory.ProcessorSeconds });
            else
                Console.WriteLine($"{sample.Pairs.Count} pairs from {encoded.Length} prompts ({sample.TooClose} too close, {sample.Unscored} unscored), {sample.GeneratedTokens:N0} tokens sampled: {parsed.GetValue(output)}");
            return CommandLineApp.Done;
        });
        return command;
    }

    private static void Check(PairSamplerOptions options)
    {
        if (options.NumGenerations < 2)
            throw new UsageException($"--num-generations is {options.NumGenerations}, but a pair needs 2 answers. Set it to 2 or more.");
        if (!(options.MinMargin >= 0 && double.IsFinite(options.MinMargin)))
            throw new UsageException($"--min-margin is {options.MinMargin}, but a margin is a number of 0 or more.");
    }

    private static double[] Weights(string[] given, IReadOnlyList<string> objectives)
    {
        double[] weights = [.. objectives.Select(_ => 1.0)];
        foreach (string assignment in given)
        {
            string[] parts = assignment.Split('=', 2);
            int k = objectives.ToList().IndexOf(parts[0]);
            if (k < 0)
                throw new UsageException($"--weight names '{parts[0]}', but the objectives are {string.Join(", ", objectives)}.");
            if (parts.Length < 2 || !double.TryParse(parts[1], CultureInfo.InvariantCulture, out weights[k]) || !double.IsFinite(weights[k]))
                throw new UsageException($"--weight is '{assignment}', but must be an objective and a number, such as {parts[0]}=2.");
        }
        return weights;
    }
}
