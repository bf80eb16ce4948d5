namespace Plumbline.Models.Chat.Jinja;

/// <summary>A fault of a template or of what it does, before its line is known.</summary>
internal sealed class JinjaException(string message) : Exception(message);
