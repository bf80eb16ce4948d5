using Plumbline.Engine.Generation;
using Plumbline.Engine.Sampling;

namespace Plumbline.Extensions.AI.Chat;

/// <summary>What is wrong with a way to generate, in the words of Microsoft.Extensions.AI.</summary>
internal static class GenerationFaults
{
    public static IEnumerable<string> Of(GenerationOptions options)
    {
        SamplingOptions sampling = options.Sampling;
        if (options.MaxNewTokens < 1)
            yield return $"MaxOutputTokens is {options.MaxNewTokens}, but at least 1 is wanted.";
        if (!(sampling.Temperature >= 0 && double.IsFinite(sampling.Temperature)))
            yield return $"Temperature is {sampling.Temperature}, but must be a number of 0 or more; 0 takes the likeliest token.";
        if (sampling.TopP is not (> 0 and <= 1))
            yield return $"TopP is {sampling.TopP}, but must be above 0 and at most 1; 1 keeps all tokens.";
        if (sampling.TopK < 0)
            yield return $"TopK is {sampling.TopK}, but must not be negative; 0 keeps all tokens.";
        if (sampling.MinP is not (>= 0 and < 1))
            yield return $"MinP is {sampling.MinP}, but must be at least 0 and below 1; 0 keeps all tokens.";
        if (!(sampling.RepetitionPenalty > 0 && double.IsFinite(sampling.RepetitionPenalty)))
            yield return $"RepetitionPenalty is {sampling.RepetitionPenalty}, but must be a number above 0; 1 changes nothing.";
        if (options.StopStrings.Any(string.IsNullOrEmpty))
            yield return "StopSequences holds an empty text, which every text holds. Leave it out.";
    }
}
