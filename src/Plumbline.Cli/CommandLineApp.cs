using System.CommandLine;
using Plumbline.Cli.Verbs;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Native;
using Plumbline.Models.Tokens;
using Plumbline.Training.Data;
using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;

namespace Plumbline.Cli;

/// <summary>The command line: parses, calls a verb, and turns what goes wrong into one clear message and an exit code.</summary>
/// <remarks>Exit codes: 0 done, 1 failed, 2 wrong usage or recipe, 130 interrupted (and saved).</remarks>
public static class CommandLineApp
{
    internal const int Done = 0, Failed = 1, WrongUsage = 2, Interrupted = 130;

    /// <summary>Runs one command line.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        ParseResult parsed = Root().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync($"error: {error.Message}");
            await Console.Error.WriteLineAsync($"Try: plumbline {string.Join(' ', parsed.CommandResult.Command.Parents.Any() ? [parsed.CommandResult.Command.Name, "--help"] : new[] { "--help" })}");
            return WrongUsage;
        }
        using var interrupt = new InterruptSignal();
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interrupt.Token);
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        catch (Exception failure) when (Environment.GetEnvironmentVariable("PLUMBLINE_TRACE") != "1")
        {
            await Console.Error.WriteLineAsync($"error: {Message(failure)}");
            return failure is RecipeException or UsageException ? WrongUsage : Failed;
        }
    }

    private static RootCommand Root() => new(
        """
        Plumbline aligns language models on .NET: better on several qualities at once, and shown to be.

          plumbline quickstart                                   the whole job in a few minutes, nothing downloaded
          plumbline reward recipes/reward.yaml --set data.train=labels.jsonl --out runs/reward
          plumbline grpo --model MODEL --reward runs/reward/final --prompts prompts.jsonl --out runs/grpo
          plumbline generate --model MODEL --adapter runs/grpo/final --prompt "Hello"

        Every verb has its own --help with examples.
        """)
    {
        QuickstartVerb.Create(), SftVerb.Create(), RewardVerb.Create(), GrpoVerb.Create(), EvaluateVerb.Create(), GenerateVerb.Create(),
        ChatVerb.Create(), ScoreVerb.Create(), LogProbsVerb.Create(), TokenizeVerb.Create(), DoctorVerb.Create(),
    };

    private static string Message(Exception failure) => failure switch
    {
        RecipeException or UsageException or CheckpointException or TokenizerException or DataException or RunFolderException or TrainingException
            or NativeLoadException or ArgumentException => failure.Message,
        IOException or UnauthorizedAccessException => failure.Message,
        _ => $"{failure.GetType().Name}: {failure.Message}\nThis is a fault of Plumbline's. Set PLUMBLINE_TRACE=1 to see where it arose, and add `plumbline doctor` to the report.",
    };
}
