using System.Collections;
using System.Text.RegularExpressions;
using Plumbline.Training.Recipes.Binding;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Plumbline.Training.Recipes;

/// <summary>Writes a recipe as YAML with every default resolved; <see cref="RecipeReader"/> reads the same recipe back.</summary>
public static partial class RecipeWriter
{
    /// <summary>The YAML of a recipe, lines ended by a line feed.</summary>
    /// <param name="recipe">A recipe record, or one of its parts.</param>
    /// <returns>Every key in the order it is declared, <c>null</c> where nothing is set.</returns>
    public static string Write(object recipe)
    {
        var text = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(text, bestIndent: 2, bestWidth: int.MaxValue);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        EmitRecord(emitter, recipe);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void EmitRecord(Emitter emitter, object record)
    {
        emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, MappingStyle.Block));
        foreach (RecipeProperty property in RecipeProperty.Of(record.GetType()))
        {
            EmitPlain(emitter, property.Key);
            EmitValue(emitter, property.Get(record));
        }
        emitter.Emit(new MappingEnd());
    }

    private static void EmitValue(Emitter emitter, object? value)
    {
        if (value is null)
            EmitPlain(emitter, "null");
        else if (value is IDictionary map)
            EmitMap(emitter, map);
        else if (value is IEnumerable items and not string)
            EmitList(emitter, [.. items.Cast<object>()]);
        else if (RecipeProperty.IsRecord(value.GetType()))
            EmitRecord(emitter, value);
        else if (value is string text)
            EmitText(emitter, text);
        else
            EmitPlain(emitter, RecipeScalar.Format(value));
    }

    private static void EmitMap(Emitter emitter, IDictionary map)
    {
        emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, MappingStyle.Flow));
        foreach (string key in map.Keys)
        {
            EmitText(emitter, key);
            EmitValue(emitter, map[key]);
        }
        emitter.Emit(new MappingEnd());
    }

    private static void EmitList(Emitter emitter, object[] items)
    {
        if (items is [var one] && Shortest(one) is { } value)
        {
            EmitValue(emitter, value);
            return;
        }
        bool isFlow = !items.Any(item => RecipeProperty.IsRecord(item.GetType()));
        emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, isFlow ? SequenceStyle.Flow : SequenceStyle.Block));
        foreach (object item in items)
            EmitValue(emitter, item);
        emitter.Emit(new SequenceEnd());
    }

    // The one value that says all of a section which has a shorthand; null where more is to be said.
    private static object? Shortest(object section)
    {
        if (ShorthandAttribute.Of(section.GetType()) is not { } only)
            return null;
        object defaults = Activator.CreateInstance(section.GetType())!;
        return RecipeProperty.Of(section.GetType()).Where(property => property.Key != only.Key).All(property => IsSame(property.Get(section), property.Get(defaults))) ? only.Get(section) : null;
    }

    private static bool IsSame(object? value, object? other) => value is IDictionary { Count: 0 } ? other is IDictionary { Count: 0 } : Equals(value, other);

    private static void EmitText(Emitter emitter, string text)
    {
        if (PlainText().IsMatch(text) && !IsKeyword(text))
            EmitPlain(emitter, text);
        else
            emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, ScalarStyle.DoubleQuoted, isPlainImplicit: false, isQuotedImplicit: true));
    }

    private static void EmitPlain(Emitter emitter, string text) =>
        emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: false));

    // Words that some reader of YAML takes for no value or a truth value.
    private static bool IsKeyword(string text) => text.ToLowerInvariant() is "null" or "true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n";

    [GeneratedRegex(@"^[A-Za-z_/][\w./-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainText();
}
