using System.ComponentModel;
using System.Reflection;

namespace Plumbline.Training.Recipes.Binding;

/// <summary>One key of a section: a property of a recipe record and how it is spelt in YAML.</summary>
internal sealed class RecipeProperty
{
    private readonly PropertyInfo _property;

    private RecipeProperty(PropertyInfo property)
    {
        _property = property;
        Type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        IsNullable = new NullabilityInfoContext().Create(property).ReadState is NullabilityState.Nullable;
        Key = RecipePath.SnakeCase(property.Name) + (Type == typeof(TimeSpan) ? "_minutes" : "");
        Description = property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "";
    }

    /// <summary>The name in snake case; a duration carries its unit, <c>_minutes</c>.</summary>
    public string Key { get; }

    /// <summary>The type of the value, without <see cref="Nullable{T}"/>.</summary>
    public Type Type { get; }

    /// <summary>The name in C#.</summary>
    public string Name => _property.Name;

    public bool IsNullable { get; }

    public string Description { get; }

    public object? Get(object record) => _property.GetValue(record);

    public void Set(object record, object? value) => _property.SetValue(record, value);

    /// <summary>The keys of a record, those of a base record first, each in the order they are declared.</summary>
    public static IReadOnlyList<RecipeProperty> Of(Type record) =>
        [.. record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite).OrderBy(property => Depth(property.DeclaringType!)).Select(property => new RecipeProperty(property))];

    // What recipes share comes first.
    private static int Depth(Type type) => type.BaseType is { } parent ? 1 + Depth(parent) : 0;

    /// <summary>True for the types that become sections: records.</summary>
    public static bool IsRecord(Type type) => type.IsClass && type.GetMethod("<Clone>$") is not null;

    /// <summary>The type of a list's items; null when the type is no list.</summary>
    public static Type? ItemType(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>The type of the values of a section with free keys: number or text; null when the type is no such section.</summary>
    public static Type? MapValueType(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) ? type.GetGenericArguments()[1] : null;
}
