using Plumbline.Core.Losses.Preference;
using Plumbline.Training.Data;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using TorchSharp;

namespace Plumbline.Training.RewardModeling;

/// <summary>The Bradley-Terry loss on pairs, beside the regression on labels or alone.</summary>
/// <remarks>
/// A pair's score is the output of the head that <c>reward.pair_objective</c> names, or the sum of all heads; a logistic head counts before its sigmoid.
/// A step takes as many pairs as rows, without the rows' dropout, which would be read as a preference. Its gradient is added to the rows' gradient.
/// </remarks>
internal sealed class PairTerm
{
    private readonly RewardRecipe _recipe;
    private readonly RewardNetwork _network;
    private readonly IReadOnlyList<RewardPair> _train, _validation;
    private readonly RowSchedule? _schedule;
    private readonly int _head;

    public PairTerm(RewardRecipe recipe, RewardNetwork network, IReadOnlyList<RewardPair> train, IReadOnlyList<RewardPair> validation)
    {
        (_recipe, _network, _train, _validation) = (recipe, network, train, validation);
        _schedule = train.Count == 0 ? null : new RowSchedule(train.Count, recipe.Training.PerDeviceTrainBatchSize * recipe.Training.GradientAccumulationSteps, recipe.Seed);
        _head = recipe.Reward.PairObjective is { } name ? network.Classifier.Labels.ToList().IndexOf(name) : -1;
    }

    /// <summary>Whether held-out pairs can be asked.</summary>
    public bool CanEvaluate => _validation.Count > 0;

    /// <summary>Adds the gradient of a step's pairs, <c>reward.pair_weight</c> times.</summary>
    /// <returns>TRL's metrics of the step: <c>pair_loss</c> (ours, unweighted), <c>accuracy</c>, <c>margin</c>, <c>mean_reward</c>; empty without pairs.</returns>
    public Dictionary<string, double> Backward(int step)
    {
        if (_schedule is null)
            return [];
        RewardPair[] pairs = [.. _schedule.Rows(step).Select(i => _train[i])];
        return Sum(pairs, _recipe.Training.PerDeviceTrainBatchSize, loss => (_recipe.Reward.PairWeight * loss).backward());
    }

    /// <summary>The same metrics of the held-out pairs, each with the prefix <c>eval_</c>.</summary>
    public Dictionary<string, double> Evaluate(CancellationToken cancellationToken)
    {
        using var noGradient = torch.no_grad();
        return Sum(_validation, _recipe.Training.PerDeviceTrainBatchSize, _ => cancellationToken.ThrowIfCancellationRequested()).ToDictionary(m => "eval_" + m.Key, m => m.Value);
    }

    private Dictionary<string, double> Sum(IReadOnlyList<RewardPair> pairs, int size, Action<Tensor> onLoss)
    {
        double loss = 0, right = 0, margin = 0, reward = 0;
        // Pairs of like length share a micro-batch, so that little of it is padding.
        foreach (RewardPair[] micro in pairs.OrderBy(p => Math.Max(p.ChosenIds.Length, p.RejectedIds.Length)).Chunk(size))
        {
            using var scope = torch.NewDisposeScope();
            Tensor[] scores = Scores([.. micro.Select(p => p.ChosenIds), .. micro.Select(p => p.RejectedIds)]).chunk(2, 0);  // (P) each
            Tensor margins = torch.tensor(micro.Select(p => (float)p.Margin).ToArray(), device: scores[0].device);
            Tensor share = BradleyTerryLoss.Compute(scores[0], scores[1], margins, _recipe.Reward.CenterRewardsCoefficient, pairs.Count);
            onLoss(share);
            loss += share.ToDouble();
            using var noGradient = torch.no_grad();
            right += scores[0].gt(scores[1]).sum(type: torch.ScalarType.Int64).ToInt64();
            margin += (scores[0] - scores[1]).sum().ToDouble();
            reward += (scores[0] + scores[1]).sum().ToDouble() / 2;
        }
        return new Dictionary<string, double>
        {
            ["pair_loss"] = loss,
            ["accuracy"] = right / pairs.Count,
            ["margin"] = margin / pairs.Count,
            ["mean_reward"] = reward / pairs.Count,
        };
    }

    private Tensor Scores(int[][] rows)
    {
        (Tensor ids, Tensor present) = TokenMatrix.Pack(rows, _network.Classifier.Score.device);
        Tensor outputs = _network.Classifier.ScoreHidden(_network.Classifier.Decoder.Hidden(ids), present);                // (2P, M)
        return _head < 0 ? outputs.sum(1L) : outputs.select(1, _head);
    }
}
