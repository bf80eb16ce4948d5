using YamlDotNet.Core;

namespace Plumbline.Training.Recipes.Binding;

/// <summary>Lays values given by key path (<c>grpo.beta</c>, <c>rewards.0.weight</c>) over a tree of nodes.</summary>
internal sealed class RecipeOverrides(RecipeNode root, RecipeNode defaults, List<string> faults)
{
    /// <summary>Applies <c>key.path=value</c>; the value is a scalar, or in brackets, braces or quotes as YAML has them.</summary>
    public void Set(string assignment)
    {
        string origin = $"--set {assignment}";
        int equals = assignment.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1)
            faults.Add($"{origin}: there is no key and '='. Write it as key.path=value, such as grpo.beta=0.04.");
        else
            Put(assignment[..equals].Trim(), Value(assignment[(equals + 1)..].Trim(), origin));
    }

    /// <summary>Applies a value as it stands, never read as YAML: file names may hold any character.</summary>
    public void Put(string path, string text) => Put(path, RecipeNode.Scalar(text, quoted: true, $"command line ({path})"));

    private void Put(string path, RecipeNode value)
    {
        string[] keys = path.Split('.');
        RecipeNode node = root;
        RecipeNode? inDefaults = defaults;
        string here = "";
        for (int i = 0; i < keys.Length; i++)
        {
            if (node.IsNull)
                node.Become(inDefaults?.Items is { Count: > 0 } && node != root ? inDefaults
                    : int.TryParse(keys[i], out _) ? RecipeNode.List(value.Origin) : RecipeNode.Section(value.Origin));
            RecipeNode? child = Child(node, keys[i], here, value.Origin);
            if (child is null)
                return;
            inDefaults = inDefaults?.Entries?.GetValueOrDefault(keys[i]);
            here = RecipePath.Join(here, keys[i]);
            node = child;
        }
        node.Become(value);
    }

    /// <summary>The child, made empty where it was missing; null, with a fault, where there can be none.</summary>
    private RecipeNode? Child(RecipeNode node, string key, string path, string origin)
    {
        if (node.Entries is { } entries)
        {
            if (!entries.TryGetValue(key, out RecipeNode? entry))
                entries.Add(key, entry = Empty(origin));
            return entry;
        }
        if (node.Items is { } items)
        {
            if (int.TryParse(key, out int index) && index >= 0 && index <= items.Count)
            {
                if (index == items.Count)
                    items.Add(Empty(origin));
                return items[index];
            }
            faults.Add($"{origin}: {path} is a list of {items.Count}, so '{key}' names no item. Use a number from 0 to {items.Count}; {items.Count} adds one.");
            return null;
        }
        faults.Add($"{origin}: {path} is the single value {node}, so it has no '{key}' in it. Give {path} itself.");
        return null;
    }

    private RecipeNode Value(string text, string origin)
    {
        if (text.Length > 0 && "[{\"'".Contains(text[0], StringComparison.Ordinal))
        {
            try
            {
                return RecipeYaml.Parse(new StringReader(text), _ => origin, faults);
            }
            catch (YamlException)
            {
                return RecipeNode.Scalar(text, quoted: true, origin);   // a regular expression such as [a-z]+ is text
            }
        }
        return RecipeNode.Scalar(text, quoted: false, origin);
    }

    private static RecipeNode Empty(string origin) => RecipeNode.Scalar("", quoted: false, origin);
}
