using System.Collections;
using System.Runtime.CompilerServices;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Hub;
using Plumbline.Training.Data;
using Plumbline.Training.Recipes.Binding;

namespace Plumbline.Training.Recipes;

/// <summary>Gathers the faults of one section; the key of a fault is taken from the property that is checked.</summary>
internal sealed class FaultList(string path) : IEnumerable<string>
{
    private readonly List<string> _faults = [];

    /// <summary>Adds "path.key is value, but reason" unless the condition holds.</summary>
    public void Require(bool condition, object? value, string reason, [CallerArgumentExpression(nameof(value))] string property = "")
    {
        if (!condition)
            _faults.Add($"{Key(property)} is {Shown(value)}, but {reason}");
    }

    /// <summary>Adds "path.key is missing. remedy" unless the value is given.</summary>
    public void Given(string? value, string remedy, [CallerArgumentExpression(nameof(value))] string property = "")
    {
        if (string.IsNullOrWhiteSpace(value))
            _faults.Add($"{Key(property)} is missing. {remedy}");
    }

    /// <summary>Adds a fault when a file is named and does not exist.</summary>
    public void FileExists(string? file, [CallerArgumentExpression(nameof(file))] string property = "")
    {
        if (!string.IsNullOrWhiteSpace(file) && !File.Exists(file))
            _faults.Add(Directory.Exists(file)
                ? $"{Key(property)} is '{file}', which is a folder. Name a file in it."
                : $"{Key(property)} is '{file}', but there is no such file ({Path.GetFullPath(file)}). Correct the path, or run from the folder it is relative to.");
    }

    /// <summary>Adds what is wrong with sources of rows: files that are not there, weights that are none.</summary>
    public void SourcesExist(IReadOnlyList<DataSource>? sources, [CallerArgumentExpression(nameof(sources))] string property = "")
    {
        foreach ((int i, DataSource source) in (sources ?? []).Index())
        {
            string key = sources!.Count == 1 ? Key(property) : RecipePath.Join(Key(property), i);
            if (string.IsNullOrWhiteSpace(source.Path) && sources.Count > 1)
                _faults.Add($"{key} has no path. Name a file, a folder, or files by a pattern such as data/*.parquet.");
            else if (!string.IsNullOrWhiteSpace(source.Path) && DataFiles.Fault(source) is { } fault)
                _faults.Add($"{key} is '{source.Path}', {fault}");
            if (source.Weight is { } weight && !(weight > 0 && double.IsFinite(weight)))
                _faults.Add($"{key}.weight is {RecipeScalar.Format(weight)}, but a weight is a number above 0. Leave the source out where it shall not count.");
        }
    }

    /// <summary>Adds "path.key is missing. remedy" unless there is a source with a path.</summary>
    public void Given(IReadOnlyList<DataSource> sources, string remedy, [CallerArgumentExpression(nameof(sources))] string property = "")
    {
        if (sources.Count == 0 || sources is [{ Path: "" }])
            _faults.Add($"{Key(property)} is missing. {remedy}");
    }

    /// <summary>Adds a fault when a folder, or a hub name in its stead, is given and does not exist or lacks the file that makes it what it should be.</summary>
    public void FolderExists(string? folder, string holding, [CallerArgumentExpression(nameof(folder))] string property = "")
    {
        if (string.IsNullOrWhiteSpace(folder))
            return;
        try
        {
            string place = ModelFolder.Resolve(folder);
            if (!File.Exists(Path.Combine(place, holding)))
                _faults.Add(Directory.Exists(place)
                    ? $"{Key(property)} is '{folder}', but that folder holds no {holding}. Name the folder that does."
                    : $"{Key(property)} is '{folder}', but there is no such folder ({Path.GetFullPath(folder)}). Correct the path, or run from the folder it is relative to.");
        }
        catch (CheckpointException notPulled)
        {
            _faults.Add($"{Key(property)}: {notPulled.Message}");
        }
    }

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => _faults.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private string Key(string property) => RecipePath.Join(path, RecipePath.SnakeCase(property));

    private static string Shown(object? value) => value switch
    {
        null => "not set",
        string text => $"'{text}'",
        _ when RecipeProperty.IsRecord(value.GetType()) => "given",
        IDictionary map => $"{{{string.Join(", ", map.Keys.Cast<string>().Select(key => $"{key}: {RecipeScalar.Format(map[key]!)}"))}}}",
        IEnumerable items => $"[{string.Join(", ", items.Cast<object>())}]",
        _ => RecipeScalar.Format(value),
    };
}
