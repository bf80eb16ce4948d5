namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>A value with attributes of its own, such as <c>loop</c>.</summary>
internal interface IAttributes
{
    /// <summary>What the value is, for messages.</summary>
    string Kind { get; }

    /// <summary>An attribute.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Receives it.</param>
    /// <returns>False where there is none of that name.</returns>
    bool TryGet(string name, out object? value);
}
