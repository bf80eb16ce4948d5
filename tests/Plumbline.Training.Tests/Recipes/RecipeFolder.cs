using Plumbline.Training.Recipes;

namespace Plumbline.Training.Tests.Recipes;

/// <summary>A folder with the files that recipes name: a model, an adapter, a reward model, data.</summary>
public sealed class RecipeFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("plumbline-recipes");

    public RecipeFolder()
    {
        Model = Make("model", "config.json");
        Adapter = Make("adapter", "adapter_config.json");
        Data = Path.Combine(_folder.FullName, "data.jsonl");
        File.WriteAllText(Data, "{}\n");
    }

    public string Model { get; }

    public string Adapter { get; }

    public string Data { get; }

    public string Root => _folder.FullName;

    /// <summary>What a GRPO recipe needs at least.</summary>
    public string[] GrpoSets => [$"model={Model}", $"rewards.0.path={Model}", $"data.prompts={Data}"];

    public string Write(string yaml)
    {
        string path = Path.Combine(_folder.FullName, "recipe.yaml");
        File.WriteAllText(path, yaml);
        return path;
    }

    public GrpoRecipe Grpo(params string[] sets) => RecipeReader.Read<GrpoRecipe>(null, [.. GrpoSets, .. sets]);

    /// <summary>The faults of a recipe whose file holds the YAML, its folder's path left out.</summary>
    public IReadOnlyList<string> Faults<T>(string? yaml, params string[] sets)
        where T : class, new()
    {
        string? path = yaml is null ? null : Write(yaml);
        RecipeException exception = Assert.Throws<RecipeException>(() => RecipeReader.Read<T>(path, sets));
        Assert.All(exception.Faults, fault => Assert.Contains(fault, exception.Message));
        return [.. exception.Faults.Select(fault => fault.Replace(_folder.FullName + Path.DirectorySeparatorChar, "", StringComparison.Ordinal))];
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string Make(string name, string file)
    {
        string path = _folder.CreateSubdirectory(name).FullName;
        File.WriteAllText(Path.Combine(path, file), "{}");
        return path;
    }
}
