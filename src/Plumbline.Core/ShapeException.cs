namespace Plumbline.Core;

/// <summary>A tensor, span or list has not the shape that the function documents.</summary>
public sealed class ShapeException : ArgumentException
{
    /// <summary>Says which parameter had which shape, and which shape was wanted.</summary>
    /// <param name="got">The shape found, such as <c>(6, 9)</c>.</param>
    /// <param name="wanted">The shape wanted, such as <c>(6)</c>.</param>
    /// <param name="parameterName">The parameter at fault.</param>
    public ShapeException(string got, string wanted, string parameterName)
        : base($"{parameterName} has shape {got}, but {wanted} is wanted.", parameterName)
    {
        Got = got;
        Wanted = wanted;
    }

    /// <summary>The shape found.</summary>
    public string Got { get; }

    /// <summary>The shape wanted.</summary>
    public string Wanted { get; }
}
