using Microsoft.Extensions.AI;
using Microsoft.Extensions.AI.Evaluation;
using Plumbline.Training.Rewards;

namespace Plumbline.Extensions.AI.Evaluation;

/// <summary>A reward source as an evaluator: what scores in training scores in a team's tests, locally and in private.</summary>
/// <remarks>
/// Each objective is a <see cref="NumericMetric"/> of its name. Where an objective does not apply (NaN in the table) the metric has no value, a
/// diagnostic says so, and with bounds it is inconclusive rather than failed. Safe on many threads at once: the source is called once at a
/// time. The source stays its owner's; no chat client is asked, so no <see cref="ChatConfiguration"/> is needed.
/// </remarks>
public sealed class RewardEvaluator : IEvaluator, IDisposable
{
    private readonly IRewardSource _source;
    private readonly IReadOnlyDictionary<string, RewardBounds> _bounds;
    private readonly Func<IEnumerable<ChatMessage>, string> _prompt;
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Wraps a source.</summary>
    /// <param name="source">A reward model, rules, several of them together, or one of your own.</param>
    /// <param name="bounds">What scores are worth, by objective; objectives without are measured and not interpreted.</param>
    /// <param name="prompt">The prompt that the source is to see of a conversation; by default the user's last message, as training has it.</param>
    /// <exception cref="ArgumentException">Bounds are given for an objective that the source does not score, or are out of order.</exception>
    public RewardEvaluator(
        IRewardSource source, IReadOnlyDictionary<string, RewardBounds>? bounds = null, Func<IEnumerable<ChatMessage>, string>? prompt = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        (_source, _bounds, _prompt) = (source, bounds ?? new Dictionary<string, RewardBounds>(), prompt ?? LastQuestion);
        foreach ((string objective, RewardBounds bound) in _bounds)
        {
            if (!source.Objectives.Contains(objective))
                throw new ArgumentException($"Bounds are given for '{objective}', which the source does not score. It scores {string.Join(", ", source.Objectives)}.", nameof(bounds));
            if (!bound.InOrder)
                throw new ArgumentException($"The bounds of '{objective}' are {bound.Acceptable} (acceptable) and {bound.Good} (good), but good must not lie below acceptable.", nameof(bounds));
        }
    }

    /// <summary>The objectives.</summary>
    public IReadOnlyCollection<string> EvaluationMetricNames => [.. _source.Objectives];

    /// <summary>Scores an answer.</summary>
    /// <param name="messages">The conversation that was answered.</param>
    /// <param name="modelResponse">The answer; its text is scored.</param>
    /// <param name="chatConfiguration">Not used.</param>
    /// <param name="additionalContext">Not used.</param>
    /// <param name="cancellationToken">Handed to the source.</param>
    /// <returns>One metric an objective.</returns>
    public async ValueTask<EvaluationResult> EvaluateAsync(
        IEnumerable<ChatMessage> messages, ChatResponse modelResponse, ChatConfiguration? chatConfiguration = null,
        IEnumerable<EvaluationContext>? additionalContext = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(modelResponse);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            RewardTable table = await _source.ScoreAsync([(_prompt(messages), modelResponse.Text)], cancellationToken).ConfigureAwait(false);
            return new EvaluationResult([.. table.Objectives.Zip(table.Scores[0], Metric)]);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Lets go of the gate; the source is left as it is.</summary>
    public void Dispose() => _gate.Dispose();

    private EvaluationMetric Metric(string objective, double score)
    {
        RewardBounds? bounds = _bounds.GetValueOrDefault(objective);
        if (!double.IsNaN(score))
            return new NumericMetric(objective, score) { Interpretation = bounds?.Interpret(score) };
        string reason = $"The objective '{objective}' does not apply to this answer, or could not be scored.";
        var missing = new NumericMetric(objective) { Interpretation = bounds is null ? null : new EvaluationMetricInterpretation(EvaluationRating.Inconclusive, reason: reason) };
        missing.AddDiagnostics(EvaluationDiagnostic.Warning(reason));
        return missing;
    }

    private static string LastQuestion(IEnumerable<ChatMessage> messages) => messages.LastOrDefault(message => message.Role == ChatRole.User)?.Text ?? "";
}
