namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>A dictionary, in the order of insertion.</summary>
internal sealed class Mapping : OrderedDictionary<object, object?>
{
    /// <summary>The keys, as a list.</summary>
    internal Sequence KeyList => new([.. Keys]);

    /// <summary>The values, as a list.</summary>
    internal Sequence ValueList => new([.. Values]);

    /// <summary>The (key, value) tuples, as a list.</summary>
    internal Sequence ItemList => new([.. this.Select(item => new Sequence([item.Key, item.Value], IsTuple: true))]);
}
