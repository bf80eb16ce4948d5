using Plumbline.Training.Rewards;

namespace Plumbline.Training.Tests.Rewards;

/// <summary>Rewards for tests.</summary>
internal static class Rule
{
    /// <summary>Completion "c3" of <see cref="Rollouts.FixedRollouts"/> earns the fourth value.</summary>
    public static RuleReward ByNumber(params double[] values) => new("number", (_, completion) => values[int.Parse(completion[1..])]);

    /// <summary>1 where one of the letters a to e occurs: about one random completion of 8 bytes in 7.</summary>
    public static RuleReward EarlyLetter() => new("early", (_, completion) => completion.Any(c => c is >= 'a' and <= 'e') ? 1 : 0);

    /// <summary>Another value at each call, from a list that begins anew when it ends.</summary>
    public static RuleReward ByCall(int rowsPerCall, params double[] values)
    {
        int row = 0;
        return new("call", (_, _) => values[row++ / rowsPerCall % values.Length]);
    }
}
