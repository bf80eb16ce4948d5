using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Library;

/// <summary>Asks something of a value.</summary>
internal delegate bool Test(object? value, Arguments arguments);
