using Plumbline.Training.Runs;

namespace Plumbline.Training.RewardModeling;

/// <summary>A trainer of reward models, which tells how well they fit held-out data.</summary>
internal interface IRewardTrainer : ITrainer
{
    /// <summary>The last validation's figures by objective.</summary>
    IReadOnlyDictionary<string, ObjectiveReport> Reports { get; }

    /// <summary>The last validation's figures of pairs, named as in metrics; empty where no pair is held out.</summary>
    IReadOnlyDictionary<string, double> PairMetrics { get; }
}
