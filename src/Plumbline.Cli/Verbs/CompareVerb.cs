using System.CommandLine;
using Plumbline.Cli.Display;
using Plumbline.Quickstart;
using Plumbline.Training.Experiments;
using Plumbline.Training.Experiments.Results;
using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;

namespace Plumbline.Cli.Verbs;

internal static class CompareVerb
{
    public static Command Create()
    {
        var model = new Option<string?>("--model") { HelpName = "DIR", Description = "the start of all arms; without it, the embedded world" };
        var reward = new Option<string?>("--reward") { HelpName = "DIR", Description = "the reward model of all arms" };
        var judge = new Option<string?>("--judge") { HelpName = "DIR", Description = "an independent judge (what `plumbline judge` left)" };
        var prompts = new Option<string?>("--prompts") { HelpName = "FILE", Description = "prompts to train on" };
        var evaluation = new Option<string?>("--eval-prompts") { HelpName = "FILE", Description = "held-out prompts to judge on" };
        var options = new TrainingOptionsSet((model, "model"), (reward, "reward"), (judge, "judge"), (prompts, "data.prompts"), (evaluation, "data.eval_prompts"));
        var command = new Verb("compare", "The experiment: several algorithms from one start, on every objective and at every cost.",
            """
            plumbline compare --out runs/compare           the embedded world, nothing downloaded
            plumbline compare recipes/compare.yaml --set seeds=[1] --out runs/one-seed
            plumbline compare --model MODEL --reward runs/reward/final --judge runs/judge \
                --prompts p.jsonl --eval-prompts e.jsonl --out runs/mine
            plumbline compare --resume --out runs/compare  what is done is not run again

            --set arms=[base,grpo,dpo]                     any of base, sft, grpo, ppo, dpo, rloo
            --set budget.kind=seconds --set budget.amount=600
            --set search.factors=[1]                       no search for learning rates
            --set set=[grpo.beta=0.1,ppo.kl_coef=0.02]     settings of single algorithms

            Every arm is an ordinary run that can be looked at, and run again, by hand:
            OUT/seed-1/grpo.yaml is its recipe. OUT/report.html tells the whole.
            """);
        options.AddTo(command, withSeed: false);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            CompareRecipe recipe = options.Read<CompareRecipe>(parsed, r => (r.Threads, r.Device));
            if (recipe.Model is null)
                recipe = WorldSetting.Resolve(recipe);
            string folder = recipe.OutputDir ?? Path.Combine("runs", $"compare-{DateTime.Now:yyyyMMdd-HHmmss}");
            if (!options.Resume(parsed) && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
                throw new UsageException($"{folder} is not empty. Go on with the experiment in it with --resume, or name another folder with --out.");
            IExperimentSetting setting = recipe.Model is null ? new WorldSetting(recipe.Threads, recipe.Sampling.RewardWeights) : new FileSetting(recipe);
            ExperimentResult result;
            try
            {
                using RunDisplay display = options.Display(parsed);
                result = await new Comparison(recipe with { OutputDir = folder }, setting, new ProcessLauncher(), display).RunAsync(folder, Command(), cancellationToken);
            }
            catch (OperationCanceledException)
            {
                await Console.Error.WriteLineAsync($"Interrupted; what is done is kept. Go on with: plumbline compare --resume --out {folder}");
                return CommandLineApp.Interrupted;
            }
            if (options.Json(parsed))
                JsonOutput.Print(new { results = Path.GetFullPath(Path.Combine(folder, "results.json")), result.Seconds, findings = result.Findings.Select(f => f.Text) });
            else
                Print(result, folder);
            return CommandLineApp.Done;
        });
        return command;
    }

    private static void Print(ExperimentResult result, string folder)
    {
        string judge = result.HeadlineJudge;
        Console.WriteLine($"{"",-24}{string.Concat(result.Objectives.Select(o => $"{o,16}"))}{"seconds",10}");
        foreach (ArmResult arm in result.Arms)
        {
            string Score(string objective)
            {
                double[] means = [.. arm.Runs.Where(r => r.Evaluation[judge].ContainsKey(objective)).Select(r => r.Evaluation[judge][objective].Mean)];
                return means.Length == 0 ? "-" : means.Average().ToString("F3");
            }
            Console.WriteLine($"{arm.Name,-24}{string.Concat(result.Objectives.Select(o => $"{Score(o),16}"))}{arm.Runs.Average(r => r.Cost.Seconds),10:F0}");
        }
        Console.WriteLine($"Means of {result.Seeds.Count} seed(s) by the {judge}; ablations and controls have the first seed.");
        foreach (ExperimentFinding finding in result.Findings)
            Console.WriteLine($"! {finding.Text}");
        Console.WriteLine($"Results: {Path.Combine(folder, "results.json")}");
        Console.WriteLine($"Report:  {Path.Combine(folder, "report.html")}");
    }

    private static string Command() => "plumbline " + string.Join(' ', Environment.GetCommandLineArgs().Skip(1).Select(a => a.Contains(' ') ? $"\"{a}\"" : a));
}
