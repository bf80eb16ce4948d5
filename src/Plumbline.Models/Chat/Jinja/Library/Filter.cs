using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Library;

/// <summary>Makes a value of another, with arguments.</summary>
internal delegate object? Filter(object? value, Arguments arguments, Rendering rendering);
