using System.Collections;

namespace Plumbline.Training.Recipes.Binding;

/// <summary>Turns nodes into records, collecting every fault on the way and going on with the default.</summary>
internal sealed class RecipeBinder(Type root, List<string> faults, IReadOnlyList<string> unread)
{
    private readonly Dictionary<string, string> _origins = [];
    private readonly HashSet<string> _faulted = [];

    /// <summary>Binds the whole recipe, then asks every part for its own faults.</summary>
    public object Bind(RecipeNode node)
    {
        object recipe = Record(root, Activator.CreateInstance(root)!, node, "");
        Validate(recipe, "");
        return recipe;
    }

    private object Record(Type type, object defaults, RecipeNode node, string path)
    {
        if (node.IsNull)
            return defaults;                                        // "optimizer:" with every line below it commented out
        if (node.Text is not null && ShorthandAttribute.Of(type) is { } only)
            node = RecipeNode.Section(node.Origin, only.Key, node);
        if (node.Entries is null)
        {
            Fault(path, node, $"{(path.Length == 0 ? "the recipe" : path)} is {node}, but must be a section of keys");
            return defaults;
        }
        object record = type.GetMethod("<Clone>$")!.Invoke(defaults, null)!;
        IReadOnlyList<RecipeProperty> properties = RecipeProperty.Of(type);
        foreach ((string key, RecipeNode value) in node.Entries)
        {
            string keyPath = RecipePath.Join(path, key);
            _origins[keyPath] = value.Origin;
            if (properties.FirstOrDefault(property => property.Key == key) is not { } property)
                UnknownKey(key, value, path, properties);
            else if (Value(property, property.Get(record), value, keyPath) is { IsFault: false } bound)
                property.Set(record, bound.Value);
        }
        return record;
    }

    private (bool IsFault, object? Value) Value(RecipeProperty property, object? current, RecipeNode node, string path)
    {
        if (node.IsNull && property.IsNullable)
            return (false, null);
        if (RecipeProperty.IsRecord(property.Type))
            return (false, Record(property.Type, current ?? Activator.CreateInstance(property.Type)!, node.IsNull ? RecipeNode.Section(node.Origin) : node, path));
        if (RecipeProperty.ItemType(property.Type) is { } item)
            return List(item, node, path);
        if (RecipeProperty.MapValueType(property.Type) is { } mapped)
            return mapped == typeof(double) ? Map<double>(node, path, "numbers, such as {safety: 2}") : Map<string>(node, path, "texts, such as {prompt: question}");
        return Scalar(property.Type, node, path);
    }

    private (bool IsFault, object? Value) Scalar(Type type, RecipeNode node, string path)
    {
        object? value = node.Text is null || node.IsNull ? null : RecipeScalar.Parse(type, node.Text);
        if (value is not null)
            return (false, value);
        string? near = type.IsEnum && node.Text is not null ? NearestWord.Find(node.Text, RecipeScalar.EnumWords(type)) : null;
        Fault(path, node, $"{path} is {node}, but must be {RecipeScalar.Wanted(type)}", near);
        return (true, null);
    }

    private (bool IsFault, object? Value) List(Type item, RecipeNode node, string path)
    {
        if (node.Items is null && !node.IsNull && ShorthandAttribute.Of(item) is not null)
            node = RecipeNode.List(node.Origin, node);
        if (node.Items is null)
        {
            string example = RecipeProperty.IsRecord(item) ? "a list of sections, each begun with '- '" : "a list such as [a, b]";
            Fault(path, node, $"{path} is {node}, but must be {example}");
            return (true, null);
        }
        var items = Array.CreateInstance(item, node.Items.Count);
        bool isFault = false;
        for (int i = 0; i < items.Length; i++)
        {
            string itemPath = RecipePath.Join(path, i);
            _origins[itemPath] = node.Items[i].Origin;
            (bool itemFault, object? value) = RecipeProperty.IsRecord(item)
                ? (false, Record(item, Activator.CreateInstance(item)!, node.Items[i], itemPath))
                : Scalar(item, node.Items[i], itemPath);
            isFault |= itemFault;
            if (!itemFault)
                items.SetValue(value, i);
        }
        return (isFault, items);
    }

    private (bool IsFault, object? Value) Map<T>(RecipeNode node, string path, string wanted)
    {
        var map = new OrderedDictionary<string, T>();
        if (node.IsNull)
            return (false, map);
        if (node.Entries is null)
        {
            Fault(path, node, $"{path} is {node}, but must be a section of names and {wanted}");
            return (true, null);
        }
        bool isFault = false;
        foreach ((string key, RecipeNode value) in node.Entries)
        {
            (bool itemFault, object? item) = Scalar(typeof(T), value, RecipePath.Join(path, key));
            isFault |= itemFault;
            if (!itemFault)
                map.Add(key, (T)item!);
        }
        return (isFault, map);
    }

    private void UnknownKey(string key, RecipeNode value, string path, IReadOnlyList<RecipeProperty> properties)
    {
        string unknown = $"{RecipePath.Join(path, key)} is not a known key";
        // A key that stands whole in another section is more likely misplaced than misspelt: flat keys are common elsewhere.
        string? elsewhere = RecipeDescription.Describe(root).Select(known => known.Key).FirstOrDefault(known => known.EndsWith($".{key}", StringComparison.Ordinal));
        if (elsewhere is not null)
        {
            Fault(RecipePath.Join(path, key), value, unknown, elsewhere);
            return;
        }
        string? near = NearestWord.Find(key, properties.Select(property => property.Key));
        if (near is null)
        {
            Fault(RecipePath.Join(path, key), value, $"{unknown}. Known here: {string.Join(", ", properties.Select(property => property.Key))}");
            return;
        }
        _faulted.Add(RecipePath.Join(path, near));                  // lest the key it was meant to be is also called missing
        Fault(RecipePath.Join(path, key), value, unknown, RecipePath.Join(path, near));
    }

    private void Fault(string path, RecipeNode node, string what, string? suggestion = null)
    {
        _faulted.Add(path);
        faults.Add($"{node.Origin}: {what}.{(suggestion is null ? "" : $" Did you mean '{suggestion}'?")}");
    }

    private void Validate(object part, string path)
    {
        if (part is IValidated validated)
        {
            foreach (string fault in validated.Faults(path))
            {
                string key = fault.Split(' ', 2)[0];
                if (!_faulted.Contains(key) && !unread.Any(k => key == k || key.StartsWith(k + ".", StringComparison.Ordinal)))                        // its value is the default only because the one given was refused
                    faults.Add(_origins.TryGetValue(key, out string? origin) ? $"{origin}: {fault}" : fault);
            }
        }
        foreach (RecipeProperty property in RecipeProperty.Of(part.GetType()))
        {
            object? value = property.Get(part);
            string keyPath = RecipePath.Join(path, property.Key);
            if (value is not null && RecipeProperty.IsRecord(property.Type))
                Validate(value, keyPath);
            else if (value is not null && RecipeProperty.ItemType(property.Type) is { } item && RecipeProperty.IsRecord(item) && !_faulted.Contains(keyPath))
                foreach ((int index, object each) in ((IEnumerable)value).Cast<object>().Index())
                    Validate(each, RecipePath.Join(keyPath, index));
        }
    }
}
