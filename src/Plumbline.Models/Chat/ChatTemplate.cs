using Plumbline.Models.Chat.Jinja;
using Plumbline.Models.Chat.Jinja.Library;
using Plumbline.Models.Chat.Jinja.Syntax;
using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat;

/// <summary>A chat template: Jinja, as far as real templates use it, run as transformers runs it. Immutable; safe on many threads at once.</summary>
/// <remarks>
/// A template sees its variables and nothing else: no type of .NET, no file, no network. Its work is bounded by <see cref="TemplateLimits"/>.
/// Beyond Jinja it has what transformers adds: raise_exception, strftime_now, tojson with characters as they are, break and continue, and generation blocks.
/// </remarks>
public sealed class ChatTemplate
{
    private readonly Body _body;
    private readonly TemplateLimits _limits;

    private ChatTemplate(Body body, bool marksGeneration, TemplateLimits limits) => (_body, MarksGeneration, _limits) = (body, marksGeneration, limits);

    /// <summary>Whether the template marks what the assistant writes, by <c>{% generation %}</c> blocks.</summary>
    public bool MarksGeneration { get; }

    /// <summary>Reads a template.</summary>
    /// <param name="source">Jinja.</param>
    /// <param name="limits">How much work a rendering may do; null for the usual limits.</param>
    /// <exception cref="ChatTemplateException">The template has a fault, or a part of Jinja that is not known here; the message names the line.</exception>
    public static ChatTemplate Parse(string source, TemplateLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        try
        {
            (Body body, bool marksGeneration) = TemplateParser.Parse(source);
            return new(body, marksGeneration, limits ?? new());
        }
        catch (JinjaException fault)
        {
            throw new ChatTemplateException($"The chat template cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>Renders a conversation.</summary>
    /// <param name="conversation">The turns, with tools and other variables.</param>
    /// <param name="addGenerationPrompt">True to end with the opening of the assistant's next turn.</param>
    /// <param name="specialTokens">Special tokens by the names that templates use, such as <c>bos_token</c>.</param>
    /// <param name="clock">What strftime_now reads; null for the machine's.</param>
    /// <exception cref="ChatTemplateException">The template refuses the conversation, or fails on it.</exception>
    public RenderedChat Render(Conversation conversation, bool addGenerationPrompt, IReadOnlyDictionary<string, string>? specialTokens = null, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        var rendering = new Rendering(_limits, clock ?? TimeProvider.System);
        var globals = new Scope(rendering);
        foreach ((string name, ICallable function) in Globals.All)
            globals.Set(name, function);
        foreach ((string name, string token) in specialTokens ?? new Dictionary<string, string>())
            globals.Set(name, token);
        globals.Set("tools", conversation.Tools is { } tools ? JsonValues.Of(tools) : null);
        globals.Set("documents", null);
        if (conversation.Variables is { } variables && JsonValues.Of(variables) is Mapping given)
            foreach ((object name, object? value) in given)
                globals.Set((string)name, value);
        globals.Set("messages", new Sequence([.. conversation.Messages.Select(JsonValues.Of)]));
        globals.Set("add_generation_prompt", addGenerationPrompt);
        return Render(globals.Inner(), conversation.Origin);
    }

    private RenderedChat Render(Scope scope, string? origin)
    {
        var output = new Output(scope.Rendering);
        string where = origin is null ? "" : $"{origin}: ";
        try
        {
            _ = _body.Render(scope, output);
        }
        catch (RaisedException refusal)
        {
            throw new ChatTemplateException($"{where}The chat template refuses the conversation: {refusal.Message}", refusal);
        }
        catch (JinjaException fault)
        {
            throw new ChatTemplateException($"{where}The chat template fails at its line {scope.Rendering.Line}: {fault.Message}", fault);
        }
        return new(output.ToString(), output.Generated);
    }
}
