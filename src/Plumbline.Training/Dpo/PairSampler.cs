using System.Diagnostics;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rollouts;

namespace Plumbline.Training.Dpo;

/// <summary>Makes preference pairs: samples a policy, scores its completions, sets the best of each prompt against the worst.</summary>
/// <remarks>
/// The rewards of a completion become one number as in GRPO: their weighted sum, objectives that do not apply or are infinite left out; a completion with none is
/// left aside. Deterministic by the sampler's seed, whatever the batch. One thread; owns nothing.
/// </remarks>
/// <param name="rollouts">Samples; such as <see cref="LocalRollouts"/> over the policy.</param>
/// <param name="rewards">Scores.</param>
/// <param name="weights">One weight per objective of <paramref name="rewards"/>.</param>
/// <param name="options">How many completions, and how far apart.</param>
public sealed class PairSampler(IRolloutSource rollouts, IRewardSource rewards, IReadOnlyList<double> weights, PairSamplerOptions options)
{
    /// <summary>Samples and ranks.</summary>
    /// <param name="prompts">The prompts; each gives a pair at most.</param>
    /// <param name="onPrompts">Told how many prompts are done, after each batch.</param>
    /// <param name="cancellationToken">Asked between batches and before every token.</param>
    /// <exception cref="ArgumentException">The options are unsound, or weights and objectives differ in number.</exception>
    public async Task<PairSample> SampleAsync(IReadOnlyList<Prompt> prompts, Action<int>? onPrompts = null, CancellationToken cancellationToken = default)
    {
        options.RequireSound();
        if (weights.Count != rewards.Objectives.Count)
            throw new ArgumentException($"There are {weights.Count} weights for {rewards.Objectives.Count} objectives ({string.Join(", ", rewards.Objectives)}). Give one to each.");
        var pairs = new List<RankedPair>();
        long tokens = 0;
        int tooClose = 0, unscored = 0;
        long start = Stopwatch.GetTimestamp();
        bool HasTime() => options.TimeLimit == TimeSpan.Zero || Stopwatch.GetElapsedTime(start) < options.TimeLimit;
        for (int first = 0; first < prompts.Count && (first == 0 || HasTime()); first += options.PromptsPerBatch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Prompt[] batch = [.. prompts.Skip(first).Take(options.PromptsPerBatch)];
            RolloutBatch sampled = await rollouts.SampleAsync(new PromptBatch(batch, first), options.NumGenerations, 0, onFinished: null, cancellationToken);
            RewardTable table = await rewards.ScoreAsync([.. sampled.Rows()], cancellationToken);
            tokens += sampled.Completions.Sum(c => (long)c.TokenIds.Length);
            for (int p = 0; p < batch.Length; p++)
            {
                int[] scored = [.. Enumerable.Range(p * options.NumGenerations, options.NumGenerations).Where(i => !double.IsNaN(Sum(table.Scores[i]))).OrderBy(i => Sum(table.Scores[i]))];
                if (scored.Length < 2)
                    unscored++;
                else if (Pair(sampled, table, best: scored[^1], worst: scored[0]) is { } pair)
                    pairs.Add(pair);
                else
                    tooClose++;
            }
            onPrompts?.Invoke(first + batch.Length);
        }
        return new PairSample(pairs, tokens, tooClose, unscored);
    }

    private RankedPair? Pair(RolloutBatch sampled, RewardTable table, int best, int worst)
    {
        double margin = Sum(table.Scores[best]) - Sum(table.Scores[worst]);
        string chosen = sampled.Completions[best].Text, rejected = sampled.Completions[worst].Text;
        return margin > 0 && margin >= options.MinMargin && chosen != rejected
            ? new RankedPair(sampled.Prompts[best].Text, chosen, rejected, margin, Named(table, best), Named(table, worst))
            : null;
    }

    private double Sum(double[] scores) => Enumerable.Range(0, scores.Length).Any(k => double.IsFinite(scores[k]))
        ? Enumerable.Range(0, scores.Length).Where(k => double.IsFinite(scores[k])).Sum(k => weights[k] * scores[k])
        : double.NaN;

    private static Dictionary<string, double> Named(RewardTable table, int row) =>
        table.Objectives.Select((name, k) => (name, score: table.Scores[row][k])).ToDictionary(s => s.name, s => s.score);
}
