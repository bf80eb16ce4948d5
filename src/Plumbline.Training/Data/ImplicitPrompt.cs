namespace Plumbline.Training.Data;

/// <summary>The prompt of two answers that both begin with it.</summary>
internal static class ImplicitPrompt
{
    /// <summary>Characters of the common beginning of two texts, without a blank at its end; each text keeps at least one character.</summary>
    /// <remarks>Source: TRL's <c>extract_prompt</c>, which leaves that blank to the answers too.</remarks>
    public static int Length(string chosen, string rejected)
    {
        int length = chosen.AsSpan(..Math.Max(chosen.Length - 1, 0)).CommonPrefixLength(rejected.AsSpan(..Math.Max(rejected.Length - 1, 0)));
        if (length > 0 && (chosen[length - 1] == ' ' || char.IsHighSurrogate(chosen[length - 1])))
            length--;
        return length;
    }
}
