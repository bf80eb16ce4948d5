namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>A part of a template that writes or sets something. Immutable.</summary>
/// <param name="line">The line it begins on.</param>
internal abstract class Statement(int line)
{
    /// <summary>Renders it; counted as a step.</summary>
    internal Flow Render(Scope scope, Output output)
    {
        scope.Rendering.Step(line);
        return RenderIn(scope, output);
    }

    /// <summary>Renders it.</summary>
    protected abstract Flow RenderIn(Scope scope, Output output);
}
