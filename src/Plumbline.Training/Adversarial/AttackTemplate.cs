using System.Text.RegularExpressions;

namespace Plumbline.Training.Adversarial;

/// <summary>One way to wrap a request. The text holds slots, which <see cref="RequestForms"/> fills.</summary>
/// <param name="Name">Its name within its family.</param>
/// <param name="Text">The wrapping, with at least one slot, such as <c>{request}</c>.</param>
public sealed partial record AttackTemplate(string Name, string Text)
{
    /// <summary>The wrapped request. What the request itself holds in braces stays as it is.</summary>
    /// <param name="request">The bare request.</param>
    /// <exception cref="ArgumentException">The template has a slot of an unknown name.</exception>
    public string Wrap(string request) => Slot().Replace(Text, slot => RequestForms.Of(slot.Groups["form"].Value, request));

    [GeneratedRegex(@"\{(?<form>[a-z0-9_]+)\}")]
    private static partial Regex Slot();
}
