using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plumbline.Training.Runs;

/// <summary>The folder of one run, held by one process at a time: recipe, environment, metrics, completions, checkpoints, final model, report.</summary>
/// <remarks>Not for use by several threads at once. Disposing lets the next process have the folder; a process that dies lets go of it too.</remarks>
public sealed class RunFolder : IDisposable
{
    private const string Recipe = "recipe.yaml", Metrics = "metrics.jsonl", Final = "final", Checkpoints = "checkpoints";

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };
    private readonly RunLock _lock;
    private readonly CheckpointStore _checkpoints;

    private RunFolder(string path, RunLock held)
    {
        FullPath = path;
        _lock = held;
        _checkpoints = new CheckpointStore(Path.Combine(path, Checkpoints));
    }

    /// <summary>The folder's absolute path.</summary>
    public string FullPath { get; }

    /// <summary>recipe.yaml: the recipe with every default resolved.</summary>
    public string RecipePath => Path.Combine(FullPath, Recipe);

    /// <summary>environment.json: where the run ran.</summary>
    public string EnvironmentPath => Path.Combine(FullPath, "environment.json");

    /// <summary>metrics.jsonl: one row a step; see <see cref="MetricsLog"/>.</summary>
    public string MetricsPath => Path.Combine(FullPath, Metrics);

    /// <summary>The folder of sampled completions; see <see cref="CompletionsLog"/>.</summary>
    public string CompletionsPath => Path.Combine(FullPath, "completions");

    /// <summary>The folder of the finished model or adapter; not made before something is written there.</summary>
    public string FinalPath => Path.Combine(FullPath, Final);

    /// <summary>cost.json: what the run spent.</summary>
    public string CostPath => Path.Combine(FullPath, "cost.json");

    /// <summary>report.html; see <see cref="RunReport"/>.</summary>
    public string ReportPath => Path.Combine(FullPath, "report.html");

    private bool HoldsRun => Holds(FullPath);

    /// <summary>Whether a folder holds a run, finished or not, which <see cref="Resume"/> takes up.</summary>
    public static bool Holds(string path) => File.Exists(Path.Combine(path, Recipe)) || File.Exists(Path.Combine(path, Metrics)) || Directory.Exists(Path.Combine(path, Final))
        || new CheckpointStore(Path.Combine(path, Checkpoints)).HoldsAny;

    /// <summary>Makes the folder of a new run, or takes an existing one that holds no run.</summary>
    /// <exception cref="RunFolderException">The folder holds a run already, is in use by another, or cannot be made.</exception>
    public static RunFolder Create(string path) => Open(path, make: true, folder =>
    {
        if (folder.HoldsRun)
            throw new RunFolderException($"The folder {folder.FullPath} holds a run already. Continue it with --resume, or choose another folder with --out.");
    });

    /// <summary>Takes the folder of a run that was interrupted. It may hold no checkpoint yet: then the run begins anew.</summary>
    /// <exception cref="RunFolderException">The folder holds no run, or is in use by another.</exception>
    public static RunFolder Resume(string path) => Open(path, make: false, folder =>
    {
        if (!folder.HoldsRun)
            throw new RunFolderException($"The folder {folder.FullPath} holds no run to resume: neither a recipe.yaml nor a checkpoint is there. Name the run's folder with --out, or leave out --resume to start a new one.");
    });

    /// <summary>Writes recipe.yaml.</summary>
    /// <exception cref="RunFolderException">It cannot be written.</exception>
    public void WriteRecipe(string yaml) => WholeFile.WriteText(RecipePath, yaml);

    /// <summary>Writes environment.json: versions, system, processor, threads, time and command line. A resumed run adds its own under <c>resumed</c>.</summary>
    /// <param name="extra">Further facts, such as the device or the model's parameter count; added as they are.</param>
    /// <exception cref="RunFolderException">It cannot be written.</exception>
    public void WriteEnvironment(IReadOnlyDictionary<string, string>? extra = null)
    {
        JsonObject now = RunEnvironment.Describe();
        foreach (var (name, value) in extra ?? new Dictionary<string, string>())
            now[name] = value;
        JsonObject whole = now;
        if (File.Exists(EnvironmentPath) && Parsed(File.ReadAllText(EnvironmentPath)) is { } first)
        {
            whole = first;
            if (whole["resumed"] is not JsonArray resumed)
                whole["resumed"] = resumed = [];
            resumed.Add(now);
        }
        WholeFile.WriteText(EnvironmentPath, whole.ToJsonString(Readable) + "\n");
    }

    /// <summary>Saves the state after a step: into a temporary folder, to the disk, then renamed to checkpoints/step-NNNNNN; older ones are removed after.</summary>
    /// <remarks>Where a whole checkpoint of that step stands already it is kept: the state after a step is one thing.</remarks>
    /// <param name="step">Steps done, zero or more.</param>
    /// <param name="writeInto">Writes the state into the folder whose path it is given.</param>
    /// <param name="keep">How many of the newest checkpoints stay, at least 1.</param>
    /// <returns>The checkpoint's path.</returns>
    /// <exception cref="RunFolderException">It cannot be written, the disk being full perhaps. Nothing half written stays, and earlier checkpoints stand untouched.</exception>
    public string SaveCheckpoint(int step, Action<string> writeInto, int keep)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        return _checkpoints.Save(step, writeInto, keep);
    }

    /// <summary>The whole checkpoint of the highest step, or null; what is half written or has lost a file does not count.</summary>
    public (int Step, string Path)? LatestCheckpoint() => _checkpoints.Latest();

    /// <summary>Lets go of the folder.</summary>
    public void Dispose() => _lock.Dispose();

    private static RunFolder Open(string path, bool make, Action<RunFolder> check)
    {
        path = Path.GetFullPath(path);
        try
        {
            if (make)
                Directory.CreateDirectory(path);
            else if (!Directory.Exists(path))
                throw new RunFolderException($"There is no folder {path} to resume a run in. Name the run's folder with --out, or leave out --resume to start a new one.");
            var folder = new RunFolder(path, RunLock.Take(path));
            try
            {
                check(folder);
                folder._checkpoints.RemoveTemporary();
                return folder;
            }
            catch
            {
                folder.Dispose();
                throw;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RunFolderException($"The run folder {path} cannot be used: {failure.Message} Choose another folder with --out, or mend the permissions.", failure);
        }
    }

    private static JsonObject? Parsed(string json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
