namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>What counts as true, as in Python.</summary>
internal static class Truth
{
    /// <summary>False for none, undefined, false, zero, and what is empty.</summary>
    internal static bool Of(object? value) => value switch
    {
        null or Undefined => false,
        bool flag => flag,
        long number => number != 0,
        double number => number != 0,
        string text => text.Length > 0,
        Sequence sequence => sequence.Items.Count > 0,
        Mapping mapping => mapping.Count > 0,
        _ => true,
    };
}
