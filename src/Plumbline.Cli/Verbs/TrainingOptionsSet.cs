using System.CommandLine;
using Plumbline.Cli.Display;
using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;
using Spectre.Console;

namespace Plumbline.Cli.Verbs;

/// <summary>What every training verb takes: a recipe, overrides, a folder, and how to show progress.</summary>
internal sealed class TrainingOptionsSet
{
    private readonly Argument<string?> _recipe = new("recipe") { Description = "a recipe (YAML); may be left out when flags say enough, or with --resume", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string[]> _sets = new("--set") { Description = "override a key of the recipe: --set grpo.num_generations=16 (repeatable)", AllowMultipleArgumentsPerToken = false };
    private readonly Option<string?> _out = new("--out") { Description = "the run's folder; the trained model lands in OUT/final" };
    private readonly Option<bool> _resume = new("--resume") { Description = "go on with the run in --out from its last checkpoint" };
    private readonly Option<int?> _seed = new("--seed") { Description = "seed of everything random" };
    private readonly Option<int?> _threads = new("--threads") { Description = "threads for tensor work; 0 takes one per core" };
    private readonly Option<int?> _maxSteps = new("--max-steps") { Description = "steps to train; overrides training.max_steps" };
    private readonly Option<bool> _noLive = new("--no-live") { Description = "plain lines instead of the live display" };
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly (Option<string?> Option, string Key)[] _flags;

    public TrainingOptionsSet(params (Option<string?> Option, string Key)[] flags) => _flags = flags;

    public void AddTo(Command command)
    {
        command.Add(_recipe);
        foreach (Option option in _flags.Select(f => (Option)f.Option).Concat([_sets, _out, _resume, _seed, _threads, _maxSteps, _noLive, _json]))
            command.Add(option);
    }

    public bool Resume(ParseResult parsed) => parsed.GetValue(_resume);

    public bool Json(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>The recipe from file, flags and overrides; a resumed run without a recipe takes its own.</summary>
    public T Read<T>(ParseResult parsed, Func<T, int> threads) where T : class, new()
    {
        string? path = parsed.GetValue(_recipe), folder = parsed.GetValue(_out);
        if (Resume(parsed))
        {
            if (folder is null)
                throw new UsageException("--resume needs --out with the folder of the run to go on with.");
            path ??= Path.Combine(folder, "recipe.yaml");
            if (!File.Exists(path))
                throw new UsageException($"There is nothing to resume in {folder}: it has no recipe.yaml.");
        }
        var flags = new Dictionary<string, string>();
        foreach ((Option<string?> option, string key) in _flags)
            if (parsed.GetValue(option) is { } value)
                flags[key] = value;
        if (folder is not null)
            flags["output_dir"] = folder;
        if (parsed.GetValue(_seed) is { } seed)
            flags["seed"] = seed.ToString();
        if (parsed.GetValue(_threads) is { } count)
            flags["threads"] = count.ToString();
        if (parsed.GetValue(_maxSteps) is { } steps)
            flags["training.max_steps"] = steps.ToString();
        T recipe = RecipeReader.Read<T>(path, parsed.GetValue(_sets) ?? [], flags);
        CommonOptions.Initialize(threads(recipe));
        return recipe;
    }

    /// <summary>The display; it writes to the error stream when the output is for a machine.</summary>
    public RunDisplay Display(ParseResult parsed) => RunDisplay.Start(Json(parsed) ? ErrorConsole() : AnsiConsole.Console, parsed.GetValue(_noLive));

    /// <summary>Says how a run ended and gives the exit code.</summary>
    public int Conclude(ParseResult parsed, string verb, TrainingOutcome outcome, string folder, object result)
    {
        TextWriter human = Json(parsed) ? Console.Error : Console.Out;
        if (outcome.Interrupted)
        {
            human.WriteLine($"Interrupted after step {outcome.Steps}; saved. Go on with: plumbline {verb} --resume --out {Path.GetRelativePath(".", folder)}");
            return CommandLineApp.Interrupted;
        }
        human.WriteLine($"Done: {outcome.Steps} steps in {outcome.Elapsed.TotalSeconds:F0} s. Model: {Path.Combine(Path.GetRelativePath(".", folder), "final")}  Report: {Path.Combine(Path.GetRelativePath(".", folder), "report.html")}");
        if (Json(parsed))
            JsonOutput.Print(result);
        return CommandLineApp.Done;
    }

    private static IAnsiConsole ErrorConsole() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
}
