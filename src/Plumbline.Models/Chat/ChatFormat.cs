using Plumbline.Models.Tokens;

namespace Plumbline.Models.Chat;

/// <summary>Turns conversations into the text and tokens that a model expects, by the chat template that came with its tokenizer. Immutable; safe on many threads at once.</summary>
/// <remarks>
/// Of several templates, the one named <c>tool_use</c> renders conversations with tools, and <c>default</c> all others, as in transformers.
/// A tokenizer without a template gets ChatML where its vocabulary has ChatML's two tokens.
/// </remarks>
public sealed class ChatFormat
{
    internal const string TurnStart = "<|im_start|>", TurnEnd = "<|im_end|>";

    /// <summary>ChatML: a role and its content between two tokens.</summary>
    internal const string ChatMl =
        "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}{% endfor %}" +
        "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    private const string Default = "default", ToolUse = "tool_use";
    private readonly Tokenizer _tokenizer;
    private readonly ChatTemplate _template, _toolTemplate;
    private readonly TimeProvider _clock;

    private ChatFormat(Tokenizer tokenizer, ChatTemplate template, ChatTemplate toolTemplate, TimeProvider clock) =>
        (_tokenizer, _template, _toolTemplate, _clock) = (tokenizer, template, toolTemplate, clock);

    /// <summary>Whether conversations can be rendered for a tokenizer at all.</summary>
    public static bool Exists(Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return tokenizer.Settings.ChatTemplates.Count > 0 || HasChatMl(tokenizer);
    }

    /// <summary>The format of a tokenizer.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="clock">What a template that names the date reads; null for the machine's.</param>
    /// <exception cref="ChatTemplateException">There is no template, or it cannot be read.</exception>
    public static ChatFormat Of(Tokenizer tokenizer, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        IReadOnlyDictionary<string, string> templates = tokenizer.Settings.ChatTemplates;
        if (templates.Count == 0 && !HasChatMl(tokenizer))
            throw new ChatTemplateException(
                "The model's tokenizer has no chat template, so a conversation cannot be turned into text. Put a chat_template.jinja into the model's folder (docs/chat-templates.md shows one), or give plain texts instead of messages.");
        string main = templates.Count == 0 ? ChatMl : templates.GetValueOrDefault(Default) ?? templates.Values.First();
        var template = ChatTemplate.Parse(main);
        return new(tokenizer, template, templates.TryGetValue(ToolUse, out string? tools) ? ChatTemplate.Parse(tools) : template, clock ?? TimeProvider.System);
    }

    /// <summary>A conversation as text.</summary>
    /// <param name="conversation">The turns.</param>
    /// <param name="addGenerationPrompt">True to end with the opening of the assistant's next turn.</param>
    /// <exception cref="ChatTemplateException">The template refuses the conversation, or fails on it.</exception>
    public RenderedChat Render(Conversation conversation, bool addGenerationPrompt = true)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        return TemplateFor(conversation).Render(conversation, addGenerationPrompt, _tokenizer.Settings.SpecialTokens, _clock);
    }

    /// <summary>A conversation as the tokens of a prompt: it ends with the opening of the assistant's turn.</summary>
    /// <exception cref="ChatTemplateException">The template refuses the conversation, or fails on it.</exception>
    public int[] EncodePrompt(Conversation conversation) => Encode(Render(conversation).Text);

    /// <summary>A whole conversation as tokens, with all the assistant's turns marked: by the template's generation blocks, or else by rendering up to each turn and through it.</summary>
    /// <exception cref="ChatTemplateException">The template refuses the conversation, or the turns cannot be told apart; the message says why.</exception>
    public MarkedTokens EncodeTurns(Conversation conversation)
    {
        RenderedChat whole = Render(conversation, addGenerationPrompt: false);
        bool isMarked = TemplateFor(conversation).MarksGeneration;
        return Mark(whole.Text, new AssistantTurns(Render).Find(conversation, whole, isMarked), trimsEnds: !isMarked);
    }

    /// <summary>A whole conversation as tokens, with its last turns marked, whoever speaks them: they answer what comes before.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="turns">How many turns are the answer, at least 1.</param>
    /// <exception cref="ChatTemplateException">The template refuses the conversation, or does not write the prompt as the beginning of the whole.</exception>
    public MarkedTokens EncodeAnswer(Conversation conversation, int turns)
    {
        RenderedChat whole = Render(conversation, addGenerationPrompt: false);
        return Mark(whole.Text, [new AssistantTurns(Render).Turn(conversation, whole, conversation.Messages.Count - turns, turns)], trimsEnds: true);
    }

    /// <summary>A whole conversation as tokens, all of them marked.</summary>
    /// <exception cref="ChatTemplateException">The template refuses the conversation.</exception>
    public MarkedTokens EncodeWhole(Conversation conversation)
    {
        int[] ids = Encode(Render(conversation, addGenerationPrompt: false).Text);
        return new(ids, [.. ids.Select(_ => true)]);
    }

    private MarkedTokens Mark(string text, IReadOnlyList<Range> stretches, bool trimsEnds)
    {
        int[] ids = Encode(text);
        var marks = new bool[ids.Length];
        foreach (Range stretch in stretches)
        {
            int start = TokenAt(text, stretch.Start.Value, ids), end = TokenAt(text, stretch.End.Value, ids);
            Array.Fill(marks, true, start, Math.Max(0, (trimsEnds ? Closed(ids, start, end) : end) - start));
        }
        return new(ids, marks);
    }

    // The token that a place in the text falls on: as many tokens come before it as the text up to it shares with the whole.
    private int TokenAt(string text, int place, int[] ids) =>
        place == text.Length ? ids.Length : ids.AsSpan().CommonPrefixLength(Encode(text[..place]));

    // A turn ends with its last special token; the line break that templates put behind it is never sampled.
    private int Closed(int[] ids, int start, int end)
    {
        int last = Array.FindLastIndex(ids, end - 1, end - start, _tokenizer.IsSpecial);
        return last >= 0 && string.IsNullOrWhiteSpace(_tokenizer.Decode(ids.AsSpan(last + 1, end - last - 1))) ? last + 1 : end;
    }

    private ChatTemplate TemplateFor(Conversation conversation) => conversation.Tools is null ? _template : _toolTemplate;

    private int[] Encode(string text) => _tokenizer.Encode(text, addSpecialTokens: false);

    private static bool HasChatMl(Tokenizer tokenizer) => tokenizer.TokenId(TurnStart) is not null && tokenizer.TokenId(TurnEnd) is not null;
}
