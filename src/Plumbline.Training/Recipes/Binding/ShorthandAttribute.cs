using System.Reflection;

namespace Plumbline.Training.Recipes.Binding;

/// <summary>Lets a section be written as one value: that of the named property, the others at their defaults. A list of such sections may be written as one of them.</summary>
/// <param name="property">The property's name.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ShorthandAttribute(string property) : Attribute
{
    /// <summary>The property's name.</summary>
    public string Property { get; } = property;

    /// <summary>The property of a type that has a shorthand; null where it has none.</summary>
    public static RecipeProperty? Of(Type type) =>
        type.GetCustomAttribute<ShorthandAttribute>() is { Property: var name } ? RecipeProperty.Of(type).Single(property => property.Key == RecipePath.SnakeCase(name)) : null;
}
