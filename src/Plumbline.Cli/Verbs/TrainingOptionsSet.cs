using System.CommandLine;
using System.Globalization;
using Plumbline.Cli.Display;
using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;
using Spectre.Console;

namespace Plumbline.Cli.Verbs;

/// <summary>What every training verb takes: a recipe, overrides, a folder, and how to show progress.</summary>
internal sealed class TrainingOptionsSet
{
    private readonly Argument<string?> _recipe = new("recipe") { Description = "a recipe (YAML); may be left out when flags say enough, or with --resume", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string[]> _sets = new("--set") { HelpName = "KEY=VALUE", Description = "override a key of the recipe, such as grpo.num_generations=16 (repeatable)", AllowMultipleArgumentsPerToken = false };
    private readonly Option<string?> _out = new("--out") { HelpName = "DIR", Description = "the run's folder; the trained model lands in DIR/final (default: a new one under runs/)" };
    private readonly Option<bool> _resume = new("--resume") { Description = "go on with the run in --out from its last checkpoint" };
    private readonly Option<int?> _maxSteps = new("--max-steps") { HelpName = "N", Description = "steps to train (training.max_steps)" };
    private readonly Option<int?> _seed = new("--seed") { HelpName = "N", Description = "seed of everything random" };
    private readonly Option<string?> _device = new("--device") { HelpName = "NAME", Description = "where to run: cpu (default), cuda or cuda:N" };
    private readonly Option<int?> _threads = new("--threads") { HelpName = "N", Description = "threads for tensor work; 0 takes one per core" };
    private readonly Option<bool> _noLive = new("--no-live") { Description = "plain lines instead of the live display" };
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly (Option<string?> Option, string Key)[] _flags;

    public TrainingOptionsSet(params (Option<string?> Option, string Key)[] flags) => _flags = flags;

    public void AddTo(Command command, bool withSeed = true)
    {
        command.Add(_recipe);
        foreach (Option option in _flags.Select(f => (Option)f.Option).Concat([_sets, _out, _resume, .. withSeed ? [_maxSteps, _seed] : Array.Empty<Option>(), _device, _threads, _noLive, _json]))
            command.Add(option);
    }

    public bool Resume(ParseResult parsed) => parsed.GetValue(_resume);

    public bool Json(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>The recipe from file, flags and overrides; a resumed run without a recipe takes its own. Loads libtorch and finds the device.</summary>
    public T Read<T>(ParseResult parsed, Func<T, (int Threads, string Device)> place) where T : class, new()
    {
        string? path = parsed.GetValue(_recipe), folder = parsed.GetValue(_out);
        if (Resume(parsed))
        {
            if (folder is null)
                throw new UsageException("--resume needs --out with the folder of the run to go on with.");
            path ??= Path.Combine(folder, "recipe.yaml");
            if (!File.Exists(path))
                throw new UsageException($"There is nothing to resume in {folder}: {(Directory.Exists(folder) ? "it has no recipe.yaml" : "there is no such folder")}. Name the run's folder with --out, or leave out --resume to begin a new run.");
        }
        var flags = new Dictionary<string, string>();
        foreach ((Option<string?> option, string key) in _flags)
            if (parsed.GetValue(option) is { } value)
                flags[key] = value;
        void Number(Option<int?> option, string key)
        {
            if (parsed.GetValue(option) is { } number)
                flags[key] = number.ToString(CultureInfo.InvariantCulture);
        }
        if (folder is not null)
            flags["output_dir"] = folder;
        if (parsed.GetValue(_device) is { } device)
            flags["device"] = device;
        Number(_seed, "seed");
        Number(_threads, "threads");
        Number(_maxSteps, "training.max_steps");
        T recipe = RecipeReader.Read<T>(path, parsed.GetValue(_sets) ?? [], flags);
        CommonOptions.Start(place(recipe).Threads, place(recipe).Device);
        return recipe;
    }

    /// <summary>The display; it writes to the error stream when the output is for a machine.</summary>
    public RunDisplay Display(ParseResult parsed) => RunDisplay.Start(Consoles.For(Json(parsed)), parsed.GetValue(_noLive));

    /// <summary>Says how a run ended and gives the exit code.</summary>
    public int Conclude(ParseResult parsed, string verb, TrainingOutcome outcome, string folder, object result)
    {
        TextWriter human = Json(parsed) ? Console.Error : Console.Out;
        string place = Path.GetRelativePath(".", folder), quoted = place.Contains(' ') ? $"\"{place}\"" : place;
        if (outcome.Interrupted)
        {
            human.WriteLine($"Interrupted {(outcome.Steps > 0 ? $"after step {outcome.Steps}; saved" : "before the first step was done")}. Go on with: plumbline {verb} --resume --out {quoted}");
            return CommandLineApp.Interrupted;
        }
        human.WriteLine($"Done: {outcome.Steps} steps in {outcome.Elapsed.TotalSeconds:F0} s.");
        human.WriteLine($"Model:  {Path.Combine(place, "final")}");
        human.WriteLine($"Report: {Path.Combine(place, "report.html")}");
        if (Json(parsed))
            JsonOutput.Print(result);
        return CommandLineApp.Done;
    }
}
