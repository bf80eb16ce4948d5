using System.CommandLine;
using System.CommandLine.Help;
using Plumbline.Cli.Verbs;
using Plumbline.Models.Chat;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Hub;
using Plumbline.Models.Native;
using Plumbline.Models.Tokens;
using Plumbline.Training.Data;
using Plumbline.Training.Recipes;
using Plumbline.Training.Remote;
using Plumbline.Training.Rewards;
using Plumbline.Training.Runs;

namespace Plumbline.Cli;

/// <summary>The command line: parses, calls a verb, and turns what goes wrong into one clear message and an exit code.</summary>
/// <remarks>Exit codes: 0 done, 1 failed, 2 wrong usage or recipe, 130 interrupted (and saved).</remarks>
public static class CommandLineApp
{
    internal const int Done = 0, Failed = 1, WrongUsage = 2, Interrupted = 130;

    /// <summary>Runs one command line.</summary>
    /// <param name="args">The verb and its options.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(string[] args) => RunAsync(args, CancellationToken.None);

    /// <summary>The same, stopped by <paramref name="stop"/> as by Ctrl-C.</summary>
    internal static async Task<int> RunAsync(string[] args, CancellationToken stop)
    {
        ParseResult parsed = Root().Parse(args.Length > 0 ? args : ["--help"]);
        Command verb = parsed.CommandResult.Command;
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpText)
        {
            foreach (string error in UsageErrors.Of(parsed))
                await Console.Error.WriteLineAsync($"error: {error}");
            await Console.Error.WriteLineAsync($"Try: plumbline {(verb is RootCommand ? "" : verb.Name + " ")}--help");
            return WrongUsage;
        }
        bool saves = verb.Name is "sft" or "reward" or "grpo" or "ppo" or "rloo" or "dpo" or "compare" or "quickstart";
        using var interrupt = new InterruptSignal(saves ? "Stopping after this step and saving; once more to stop at once." : "");
        using var either = CancellationTokenSource.CreateLinkedTokenSource(interrupt.Token, stop);
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, either.Token);
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        catch (Exception failure)
        {
            bool traced = Environment.GetEnvironmentVariable("PLUMBLINE_TRACE") == "1";
            await Console.Error.WriteLineAsync($"error: {(traced ? failure.ToString() : Message(failure))}");
            return failure is RecipeException or UsageException ? WrongUsage : Failed;
        }
    }

    private static RootCommand Root()
    {
        var root = new RootCommand("Plumbline aligns language models on .NET: better on several qualities at once, and shown to be.")
        {
            QuickstartVerb.Create(),
            SftVerb.Create(),
            RewardVerb.Create(),
            GrpoVerb.Create(),
            RlooVerb.Create(),
            PpoVerb.Create(),
            DpoVerb.Create(),
            PairsVerb.Create(),
            CompareVerb.Create(),
            EvaluateVerb.Create(),
            GenerateVerb.Create(),
            ChatVerb.Create(), ScoreVerb.Create(), LogProbsVerb.Create(), TokenizeVerb.Create(), DoctorVerb.Create(),
            PullVerb.Create(), PushVerb.Create(), MergeVerb.Create(),
            PromptsVerb.Create(), DataVerb.Create(), NewVerb.Create(), QuantizeVerb.Create(), PlanVerb.Create(), ExportVerb.Create(), JudgeVerb.Create(),
        };
        root.Options.OfType<HelpOption>().Single().Action = new HelpText();
        return root;
    }

    private static string Message(Exception failure) => failure switch
    {
        RecipeException or UsageException or HubException or CheckpointException or TokenizerException or ChatTemplateException or DataException or RunFolderException or TrainingException
            or RewardException or RemoteException or NativeLoadException or DeviceException or ContextLengthException or ArgumentException => failure.Message,
        IOException or UnauthorizedAccessException => failure.Message,
        _ => $"{failure.GetType().Name}: {failure.Message}\nThis is a fault of Plumbline's. Set PLUMBLINE_TRACE=1 to see where it arose, and add `plumbline doctor` to the report.",
    };
}
