using System.Collections;
using Plumbline.Training.Recipes.Binding;

namespace Plumbline.Training.Recipes;

/// <summary>Lists what a recipe may hold.</summary>
public static class RecipeDescription
{
    /// <summary>Every key of a recipe with its type, default and meaning; a section that may be absent stands itself before its keys.</summary>
    /// <param name="recipe">The type of a recipe record, such as <c>typeof(GrpoRecipe)</c>.</param>
    /// <returns>The keys in the order they are declared.</returns>
    public static IReadOnlyList<RecipeKey> Describe(Type recipe) => [.. Describe(recipe, Activator.CreateInstance(recipe)!, "")];

    private static IEnumerable<RecipeKey> Describe(Type type, object defaults, string path)
    {
        foreach (RecipeProperty property in RecipeProperty.Of(type))
        {
            string key = RecipePath.Join(path, property.Key);
            object? value = property.Get(defaults);
            Type? item = RecipeProperty.ItemType(property.Type);
            (Type? section, string sectionPath) = RecipeProperty.IsRecord(property.Type) ? (property.Type, key)
                : item is not null && RecipeProperty.IsRecord(item) ? (item, RecipePath.Join(key, 0))
                : (null, key);
            if (section is null || value is null || item is not null)
                yield return new RecipeKey(key, TypeName(property.Type, item), Default(value), property.Description);
            if (section is null)
                continue;
            object sectionDefaults = section == property.Type && value is not null ? value : Activator.CreateInstance(section)!;
            foreach (RecipeKey inner in Describe(section, sectionDefaults, sectionPath))
                yield return inner;
        }
    }

    private static string TypeName(Type type, Type? item) =>
        item is not null ? $"{(ShorthandAttribute.Of(item) is { } only ? $"{RecipeScalar.Name(only.Type)}, or " : "")}list of {(RecipeProperty.IsRecord(item) ? "sections" : RecipeScalar.Name(item))}"
        : RecipeProperty.IsRecord(type) ? "section"
        : RecipeProperty.MapValueType(type) is { } mapped ? mapped == typeof(double) ? "names and numbers" : "names and texts"
        : RecipeScalar.Name(type);

    private static string Default(object? value) => value switch
    {
        null => "null",
        "" => "\"\"",
        string text => text,
        IDictionary map => $"{{{string.Join(", ", map.Keys.Cast<string>().Select(key => $"{key}: {RecipeScalar.Format(map[key]!)}"))}}}",
        IEnumerable items => $"[{string.Join(", ", items.Cast<object>().Select(RecipeScalar.Format))}]",
        _ => RecipeScalar.Format(value),
    };
}
