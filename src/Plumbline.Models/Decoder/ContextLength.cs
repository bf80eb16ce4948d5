using Plumbline.Models.Checkpoints;

namespace Plumbline.Models.Decoder;

/// <summary>How many tokens a model can read: beyond its trained context a model without a window talks nonsense, so a longer text is refused before it begins.</summary>
public static class ContextLength
{
    /// <summary>Tokens of a row at most, prompt and completion together (<c>max_position_embeddings</c>); null where there is no end.</summary>
    /// <remarks>
    /// A model whose every layer slides sees no distance wider than its window, however long the text; it can go on. One with longrope ends with its original
    /// context, unless it is made for long ones (<see cref="RopeConfig.LongContext"/>).
    /// </remarks>
    public static int? Of(ModelConfig config)
    {
        if (config.Rope is { RopeType: RopeConfig.LongRope, LongContext: false } rope)
            return Math.Min(rope.OriginalMaxPositionEmbeddings, config.MaxPositionEmbeddings);
        return SlidesEverywhere(config) ? null : config.MaxPositionEmbeddings;
    }

    /// <summary>Tokens left for a completion after <paramref name="promptTokens"/>; null where there is no end, negative where even the prompt is too long.</summary>
    public static int? Room(ModelConfig config, int promptTokens) => Of(config) - promptTokens;

    /// <summary>Refuses a row that does not fit.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="what">Names the prompt in the message, such as "The prompt".</param>
    /// <param name="promptTokens">Its tokens.</param>
    /// <param name="newTokens">Tokens that follow it.</param>
    /// <exception cref="ContextLengthException">Together they are more than the model can read.</exception>
    public static void Require(ModelConfig config, string what, int promptTokens, int newTokens)
    {
        if (Of(config) is not { } limit || promptTokens + (long)newTokens <= limit)
            return;
        bool cut = limit < config.MaxPositionEmbeddings;
        string end = cut ? "original_max_position_embeddings of its longrope" : "max_position_embeddings";
        string longer = cut ? $" For texts up to {config.MaxPositionEmbeddings}, write \"plumbline_long_context\": true into its config.json: the long factors then serve texts of every length." : "";
        string remedy = promptTokens < limit ? $"Ask for {limit - promptTokens} new tokens at most, or shorten the prompt." : $"Shorten the prompt to fewer than {limit} tokens.";
        throw new ContextLengthException(
            $"{what} has {promptTokens} tokens and {newTokens} are to follow: {promptTokens + (long)newTokens} in all, but the model's context ends at {limit} ({end}). {remedy}{longer}");
    }

    // Learned positions have no rows beyond the last, whatever slides.
    private static bool SlidesEverywhere(ModelConfig config) =>
        config.SlidingWindow is { } window && window <= config.MaxPositionEmbeddings && !config.Variant.LearnedPositions
        && config.SlidingLayers.Count == config.NumHiddenLayers && config.SlidingLayers.All(slides => slides);
}
