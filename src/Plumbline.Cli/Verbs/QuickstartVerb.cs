using System.CommandLine;
using Plumbline.Cli.Display;
using Plumbline.Quickstart;
using Spectre.Console;

namespace Plumbline.Cli.Verbs;

internal static class QuickstartVerb
{
    public static Command Create()
    {
        var output = new Option<string?>("--out") { HelpName = "DIR", Description = "where everything is written; a new folder under runs/ by default" };
        var seed = new Option<int>("--seed") { HelpName = "N", Description = "seed of world, weights and sampling", DefaultValueFactory = _ => 1 };
        var sets = new Option<string[]>("--set") { HelpName = "KEY=VALUE", Description = "override a key of the GRPO recipe (repeatable)" };
        var tidy = new Option<bool>("--tidy-rewards") { Description = "control: a reward model that saw only tidy answers, which GRPO then hacks" };
        var noLive = new Option<bool>("--no-live") { Description = "plain lines instead of the live display" };
        Option<int> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json();
        var command = new Verb("quickstart", "The whole job in a few minutes, nothing downloaded: a model made better on four qualities at once, and judged.",
            """
            plumbline quickstart
            plumbline quickstart --seed 2 --out runs/q2 --json
            plumbline quickstart --set grpo.shuffle_rewards=true        control: learns nothing
            plumbline quickstart --tidy-rewards --set grpo.beta=0.02    control: gets hacked

            A small world, a mediocre base model, a four-headed reward model on noisy labels,
            GRPO on all four at once, and the verdict of an oracle that no training ever saw.
            """)
        { output, seed, sets, tidy, noLive, threads, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            CommonOptions.Start(parsed.GetValue(threads), "cpu");
            bool machine = parsed.GetValue(json);
            IAnsiConsole console = Consoles.For(machine);
            var options = new QuickstartOptions
            {
                OutputDir = parsed.GetValue(output) ?? Path.Combine("runs", $"quickstart-{DateTime.Now:yyyyMMdd-HHmmss}"),
                Seed = parsed.GetValue(seed),
                Threads = parsed.GetValue(threads),
                Sets = parsed.GetValue(sets) ?? [],
                TidyRewards = parsed.GetValue(tidy),
            };
            QuickstartResult result;
            using (RunDisplay display = RunDisplay.Start(console, parsed.GetValue(noLive)))
                result = await QuickstartRun.RunAsync(options, display, cancellationToken);
            if (result.Interrupted)
            {
                console.WriteLine($"Interrupted; what was done lies in {options.OutputDir}. A stage goes on with its own verb, e.g. plumbline grpo --resume --out {Path.Combine(options.OutputDir, "grpo")}");
                return CommandLineApp.Interrupted;
            }
            QuickstartSummary.Print(console, result);
            if (machine)
                JsonOutput.Print(new
                {
                    oracle = result.Oracle,
                    reward = result.Reward,
                    seconds = result.Seconds.Values.Sum(),
                    stages = result.Seconds,
                    result.Tokens,
                    run = Path.GetFullPath(result.Folder),
                });
            return CommandLineApp.Done;
        });
        return command;
    }
}
