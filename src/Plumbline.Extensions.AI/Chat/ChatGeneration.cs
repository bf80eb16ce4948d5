using Microsoft.Extensions.AI;
using Plumbline.Engine.Generation;
using Plumbline.Models.Decoder;
using ModelConfig = Plumbline.Models.Checkpoints.ModelConfig;

namespace Plumbline.Extensions.AI.Chat;

/// <summary>A call's options as the engine understands them.</summary>
internal static class ChatGeneration
{
    /// <summary>The client's way to generate with what the call changes in it.</summary>
    /// <param name="defaults">The client's.</param>
    /// <param name="options">The call's; its RawRepresentationFactory may give a whole <see cref="GenerationOptions"/> to start from.</param>
    /// <param name="client">Handed to that factory.</param>
    /// <param name="seed">Drawn where neither call nor client names one.</param>
    /// <exception cref="NotSupportedException">The call asks for what a local model cannot do.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range; every fault is told.</exception>
    public static GenerationOptions Of(LocalChatOptions defaults, ChatOptions? options, IChatClient client, Func<long> seed)
    {
        Refuse(options);
        var given = options?.RawRepresentationFactory?.Invoke(client) as GenerationOptions;
        GenerationOptions whole = given ?? defaults.ToGenerationOptions();
        GenerationOptions merged = whole with
        {
            MaxNewTokens = options?.MaxOutputTokens ?? whole.MaxNewTokens,
            StopStrings = options?.StopSequences is { } stops ? [.. stops] : whole.StopStrings,
            Sampling = whole.Sampling with
            {
                Temperature = options?.Temperature ?? whole.Sampling.Temperature,
                TopP = options?.TopP ?? whole.Sampling.TopP,
                TopK = options?.TopK ?? whole.Sampling.TopK,
                Seed = options?.Seed ?? given?.Sampling.Seed ?? defaults.Seed ?? seed(),
            },
        };
        string[] faults = [.. GenerationFaults.Of(merged)];
        return faults.Length == 0 ? merged : throw new ArgumentOutOfRangeException(nameof(options), string.Join(Environment.NewLine, faults));
    }

    /// <summary>Where no length was asked for, no more tokens than the context leaves after the conversation.</summary>
    /// <exception cref="ContextLengthException">The conversation does not fit.</exception>
    public static GenerationOptions Fit(GenerationOptions options, bool lengthIsAsked, ModelConfig config, int promptTokens)
    {
        GenerationOptions fitting = !lengthIsAsked && ContextLength.Room(config, promptTokens) is >= 1 and { } room
            ? options with { MaxNewTokens = Math.Min(options.MaxNewTokens, room) }
            : options;
        ContextLength.Require(config, "The conversation", promptTokens, fitting.MaxNewTokens);
        return fitting;
    }

    private static void Refuse(ChatOptions? options)
    {
        if (options?.Tools is { Count: > 0 })
            throw new NotSupportedException("ChatOptions.Tools names tools, but a local model is not asked to call any. Leave them out, or put what they say into the conversation.");
        if (options?.ResponseFormat is ChatResponseFormatJson)
            throw new NotSupportedException("ChatOptions.ResponseFormat asks for JSON, but a local model's answers are not held to a format. Ask for it in the conversation and leave the option out.");
        if (options?.FrequencyPenalty is not (null or 0) || options?.PresencePenalty is not (null or 0))
            throw new NotSupportedException("ChatOptions.FrequencyPenalty and PresencePenalty are not known here. Set RepetitionPenalty in the client's options instead.");
        if (options?.ConversationId is not null)
            throw new NotSupportedException("ChatOptions.ConversationId is set, but a local model keeps no conversations. Hand over the whole conversation with each call.");
    }
}
