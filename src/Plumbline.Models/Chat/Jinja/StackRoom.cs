using System.Runtime.CompilerServices;

namespace Plumbline.Models.Chat.Jinja;

/// <summary>Guards against templates and values nested so deep that the thread's stack would end, which no one could catch.</summary>
internal static class StackRoom
{
    /// <summary>Goes on only while there is room.</summary>
    /// <exception cref="JinjaException">The nesting is too deep.</exception>
    internal static void Require()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new JinjaException("the template or a value in it is nested too deeply.");
    }
}
