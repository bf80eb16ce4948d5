namespace Plumbline.Training.Recipes.Binding;

/// <summary>One value of a recipe before it has a type: a scalar, a list or a section, and where it was written.</summary>
internal sealed class RecipeNode
{
    private RecipeNode(string origin) => Origin = origin;

    /// <summary>Where the value stands, for messages: <c>grpo.yaml line 12</c> or <c>--set grpo.beta=0</c>.</summary>
    public string Origin { get; set; }

    /// <summary>The text of a scalar; null for lists and sections.</summary>
    public string? Text { get; private set; }

    /// <summary>The items of a list; null for scalars and sections.</summary>
    public List<RecipeNode>? Items { get; private set; }

    /// <summary>The entries of a section in order; null for scalars and lists.</summary>
    public OrderedDictionary<string, RecipeNode>? Entries { get; private set; }

    /// <summary>True for a scalar without value: nothing, <c>~</c> or <c>null</c>, not in quotes.</summary>
    public bool IsNull { get; private set; }

    public static RecipeNode Scalar(string text, bool quoted, string origin) =>
        new(origin) { Text = text, IsNull = !quoted && text is ("" or "~" or "null" or "Null" or "NULL") };

    public static RecipeNode List(string origin, params List<RecipeNode> items) => new(origin) { Items = items };

    public static RecipeNode Section(string origin) => new(origin) { Entries = [] };

    /// <summary>A section of one entry.</summary>
    public static RecipeNode Section(string origin, string key, RecipeNode value) => new(origin) { Entries = new() { [key] = value } };

    /// <summary>Takes over the value and origin of another node, keeping its own place in the tree.</summary>
    public void Become(RecipeNode other) =>
        (Origin, Text, Items, Entries, IsNull) = (other.Origin, other.Text, other.Items, other.Entries, other.IsNull);

    /// <summary>The value in a few words, for messages.</summary>
    public override string ToString() =>
        Entries is not null ? Entries.Count == 0 ? "an empty section" : $"a section ({string.Join(", ", Entries.Keys.Take(4))}{(Entries.Count > 4 ? ", ..." : "")})"
        : Items is not null ? $"a list of {Items.Count}"
        : IsNull ? "empty"
        : $"'{Text}'";
}
