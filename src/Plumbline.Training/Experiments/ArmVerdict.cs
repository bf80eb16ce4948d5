using Plumbline.Training.Experiments.Results;
using static System.FormattableString;

namespace Plumbline.Training.Experiments;

/// <summary>Whether an ablation or a control showed what it must.</summary>
internal static class ArmVerdict
{
    // A mean of four scores over some hundred prompts moves by about as much when it is sampled again.
    private const double Noise = 0.03;

    /// <summary>What was expected of an arm, and whether it came; null where nothing was.</summary>
    public static ArmExpectation? Of(
        ArmPlan arm, IReadOnlyList<ArmRecord> records, IReadOnlyList<ArmRecord> start, IReadOnlyList<ArmRecord>? method,
        IReadOnlyList<string> objectives, IReadOnlyList<double> weights, string headline)
    {
        // Weighed as training weighs them.
        double Mean(ArmRecord record, string judge)
        {
            int[] known = [.. Enumerable.Range(0, objectives.Count).Where(k => record.Run.Evaluation[judge].ContainsKey(objectives[k]))];
            return known.Sum(k => weights[k] * record.Run.Evaluation[judge][objectives[k]].Mean) / known.Sum(k => weights[k]);
        }
        double now = Mean(records[0], headline), before = Mean(start[0], headline), rise = now - before;
        switch (arm.Check)
        {
            case ArmCheck.NoRise:
                return new ArmExpectation { Text = "Nothing can be learnt, so nothing rises.", Held = rise <= Noise, Evidence = Invariant($"weighted {headline} mean {before:0.000} to {now:0.000}") };
            case ArmCheck.IsWorse:
                return new ArmExpectation { Text = "No judge is pleased by it.", Held = rise < -Noise, Evidence = Invariant($"weighted {headline} mean {before:0.000} to {now:0.000}") };
            case ArmCheck.IsHacked:
                double reward = HackedReward(records[0]);
                return new ArmExpectation
                {
                    Text = "The reward it trains on rises, the judges' scores fall, and the warning fires.",
                    Held = reward > 0 && rise < 0 && records[0].Hacked,
                    Evidence = Invariant($"its own reward {reward:+0.000;-0.000} in training; weighted {headline} mean {before:0.000} to {now:0.000}; the warning {(records[0].Hacked ? "fired" : "did not fire")}"),
                };
            case ArmCheck.OthersPay when method is not null && arm.Sweep is { } only:
                double others = Others(records[0], only.Objective), theirs = Others(method[0], only.Objective);
                return new ArmExpectation
                {
                    Text = $"{only.Objective} is served, and the other objectives pay for it.",
                    Held = others < theirs - Noise,
                    Evidence = Invariant($"{only.Objective} {Score(records[0], only.Objective):0.000} (GRPO {Score(method[0], only.Objective):0.000}); the others' mean {others:0.000} (GRPO {theirs:0.000})"),
                };
            default:
                return null;
        }

        double Score(ArmRecord record, string objective) => record.Run.Evaluation[headline][objective].Mean;
        double Others(ArmRecord record, string objective) => objectives.Where(o => o != objective && record.Run.Evaluation[headline].ContainsKey(o)).Average(o => Score(record, o));
    }

    // The reward in training, last tenth against first: a fooled reward model is no judge of the held-out answers.
    private static double HackedReward(ArmRecord record)
    {
        double[] rewards = [.. record.Run.Curve.Where(p => p.Reward is not null).Select(p => p.Reward!.Value)];
        int tenth = Math.Max(1, rewards.Length / 10);
        return rewards.Length == 0 ? 0 : rewards.TakeLast(tenth).Average() - rewards.Take(tenth).Average();
    }
}
