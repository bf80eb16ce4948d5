using Plumbline.Engine.Generation;
using Plumbline.Rewards;

namespace Plumbline.Training.Rollouts;

/// <summary>What there is to say of sampled completions, under TRL's names.</summary>
internal static class RolloutStatistics
{
    public static IEnumerable<RewardInput> Rows(this RolloutBatch rollouts) =>
        rollouts.Prompts.Zip(rollouts.Completions, (p, c) => p.AnsweredBy(c.Text));

    public static long TokenCount(this RolloutBatch rollouts) =>
        rollouts.Prompts.Zip(rollouts.Completions, (p, c) => (long)p.Ids.Length + c.TokenIds.Length).Sum();

    public static IEnumerable<KeyValuePair<string, double>> Lengths(this RolloutBatch rollouts)
    {
        double[] lengths = [.. rollouts.Completions.Select(c => (double)c.TokenIds.Length)];
        double[] terminated = [.. rollouts.Completions.Where(c => c.FinishReason != FinishReason.Length).Select(c => (double)c.TokenIds.Length)];
        yield return new("completions/mean_length", lengths.Average());
        yield return new("completions/min_length", lengths.Min());
        yield return new("completions/max_length", lengths.Max());
        yield return new("completions/clipped_ratio", 1.0 - (double)terminated.Length / lengths.Length);
        yield return new("completions/mean_terminated_length", terminated.DefaultIfEmpty(0).Average());
        yield return new("completions/min_terminated_length", terminated.DefaultIfEmpty(0).Min());
        yield return new("completions/max_terminated_length", terminated.DefaultIfEmpty(0).Max());
    }
}
