using Plumbline.Training.Recipes.Binding;
using YamlDotNet.Core;

namespace Plumbline.Training.Recipes;

/// <summary>Reads a recipe: a YAML file, then options of the command line, then <c>--set</c> overrides; later ones win.</summary>
/// <remarks>
/// A key is the snake case of a property's name. Lists of the recipe's defaults may be changed item by item. Nothing but the recipe
/// is read; files it names are only looked for. Thread-safe.
/// </remarks>
public static class RecipeReader
{
    /// <summary>Reads and checks a recipe.</summary>
    /// <typeparam name="T">The record: <see cref="SftRecipe"/>, <see cref="RewardRecipe"/>, <see cref="GrpoRecipe"/>.</typeparam>
    /// <param name="yamlPath">The file; null starts from the defaults.</param>
    /// <param name="sets">Overrides <c>key.path=value</c>; a value is a YAML scalar, a list <c>[a, b]</c> or a section <c>{a: 1}</c>; items of lists by index.</param>
    /// <param name="flags">Values by key path, taken as they stand; for options such as <c>--model</c>.</param>
    /// <param name="unread">Keys, or sections, of which nothing will be read: their values need not make sense.</param>
    /// <returns>The recipe, without faults.</returns>
    /// <exception cref="RecipeException">Anything is wrong; all faults at once.</exception>
    public static T Read<T>(string? yamlPath, IReadOnlyList<string> sets, IReadOnlyDictionary<string, string>? flags = null, IReadOnlyList<string>? unread = null)
        where T : class, new()
    {
        var faults = new List<string>();
        RecipeNode root = ReadFile(yamlPath, faults);
        if (root.Entries is not null)
        {
            RecipeNode defaults = RecipeYaml.Parse(new StringReader(RecipeWriter.Write(new T())), _ => "default", []);
            var overrides = new RecipeOverrides(root, defaults, faults);
            foreach ((string path, string value) in flags ?? new Dictionary<string, string>())
                overrides.Put(path, value);
            foreach (string assignment in sets)
                overrides.Set(assignment);
        }
        var recipe = (T)new RecipeBinder(typeof(T), faults, unread ?? []).Bind(root);
        return faults.Count == 0 ? recipe : throw new RecipeException(faults);
    }

    private static RecipeNode ReadFile(string? path, List<string> faults)
    {
        if (path is null)
            return RecipeNode.Section("command line");
        try
        {
            using StreamReader text = File.OpenText(path);
            return RecipeYaml.Parse(text, line => $"{path} line {line}", faults);
        }
        catch (YamlException fault)
        {
            throw new RecipeException([$"{path} line {fault.Start.Line}, column {fault.Start.Column}: not readable as YAML: {fault.Message}"]);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RecipeException([$"{path}: the recipe cannot be read: {fault.Message}"]);
        }
    }
}
