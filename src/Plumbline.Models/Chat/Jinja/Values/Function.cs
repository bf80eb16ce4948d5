namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>A function of ours.</summary>
/// <param name="Body">What it does.</param>
internal sealed record Function(Func<Arguments, Rendering, object?> Body) : ICallable
{
    /// <inheritdoc/>
    public object? Call(Arguments arguments, Rendering rendering) => Body(arguments, rendering);
}
