namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>A parameter of a macro.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Default">What it is where it is not given; null for undefined.</param>
internal sealed record Parameter(string Name, Expression? Default);
