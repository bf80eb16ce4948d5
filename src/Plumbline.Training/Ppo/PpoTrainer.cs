using Plumbline.Core.Losses;
using Plumbline.Core.Returns;
using Plumbline.Engine.Generation;
using Plumbline.Engine.Segments;
using Plumbline.Training.Data;
using Plumbline.Training.Online;
using Plumbline.Training.Optimization;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rollouts;
using Plumbline.Training.Runs;
using TorchSharp;

namespace Plumbline.Training.Ppo;

/// <summary>Proximal Policy Optimization with a critic, on the weighted sum of several named rewards.</summary>
/// <remarks>
/// Source: Ziegler et al. 2019, arXiv:1909.08593, with the details of Huang et al. 2024, arXiv:2403.17031, as TRL has them. Departures:
/// policy and critic have an optimizer and a gradient norm each, so that a large value error does not shorten the policy's step; the losses'
/// means are over the whole mini-batch, so that its cut into micro-batches changes nothing; the place of a score depends on its completion
/// alone; dropout is off where rollouts are looked at; a completion that no objective scores is left out; the approximate KL is a mean over tokens.
/// Owns the critic beside what its base owns.
/// </remarks>
public sealed class PpoTrainer : OnlineTrainer
{
    private const string CriticOptimizerFile = "critic-optimizer.safetensors";
    private readonly PpoRecipe _recipe;
    private readonly PpoOptions _options;
    private readonly Critic _critic;
    private readonly AdamW _criticOptimizer;
    private PpoState _state;

    /// <summary>Joins the parts and takes ownership of policy and rewards.</summary>
    public PpoTrainer(PpoRecipe recipe, OnlineParts parts)
        : base(recipe, parts)
    {
        (_recipe, _options) = (recipe, recipe.Ppo);
        _critic = Critic.Create(parts.Policy, recipe.Seed + 1L);
        _criticOptimizer = recipe.Optimizer.Create(_critic.TrainableParameters);
        _state = new PpoState(_options.KlCoef, 0);
    }

    /// <inheritdoc/>
    public override string Verb => "ppo";

    /// <inheritdoc/>
    public override ParameterCounts Parameters
    {
        get
        {
            ParameterCounts policy = base.Parameters;
            long critic = _critic.TrainableParameters.Sum(p => p.Value.numel());
            return new ParameterCounts(policy.Held + _critic.ParametersHeld, policy.Trained + critic, policy.Optimised + 2 * critic);
        }
    }

    // Rows of one forward pass: what gradient_accumulation_steps cuts a step into.
    private int RowsAtOnce =>
        Math.Max(1, (_options.PromptsPerStep * _options.NumGenerations + _recipe.Training.GradientAccumulationSteps - 1) / _recipe.Training.GradientAccumulationSteps);

    /// <summary>Look with policy, reference and critic; estimate advantages; improve policy and critic over several passes.</summary>
    protected override IReadOnlyList<double> Learn(OnlineStep step, UpdateReport report)
    {
        double[] sums = step.Rewards.Scores.Select(WeightedSum).ToArray();
        int[] scored = [.. Enumerable.Range(0, sums.Length).Where(i => !double.IsNaN(sums[i]))];
        if (scored.Length == 0)
            return new double[sums.Length];
        RolloutBatch rollouts = step.Rollouts with
        {
            Prompts = [.. scored.Select(i => step.Rollouts.Prompts[i])],
            Completions = [.. scored.Select(i => step.Rollouts.Completions[i])],
        };
        using Tensor scores = Scores([.. scored.Select(i => sums[i])], rollouts);
        using PpoBatch batch = PpoBatch.Observe(
            rollouts, scores, _options.MaxCompletionLength, RowsAtOnce, Policy, _critic, _options.Temperature, _options.NeedsReference, OldComeFromSampler(step),
            _options.ToReturnOptions(_state.KlCoefficient));

        var updates = new PpoUpdates();
        for (int epoch = 0; epoch < _options.NumPpoEpochs; epoch++)
            foreach (int[] rows in MiniBatches(batch.Count, step.Number, epoch))
                Improve(step, batch, rows, report, updates);
        CountTrained(rollouts.TokenCount() * _options.NumPpoEpochs);
        Tell(step, batch, rollouts, scores, report, updates);

        double[] advantages = new double[sums.Length];
        foreach ((int row, double advantage) in scored.Zip(batch.MeanAdvantages()))
            advantages[row] = advantage;
        return advantages;
    }

    // One update of policy and critic; the two passes follow each other, so that one graph lives at a time.
    private void Improve(OnlineStep step, PpoBatch batch, int[] miniBatch, UpdateReport report, PpoUpdates updates)
    {
        Gradients.Zero(Policy.TrainableParameters);
        Gradients.Zero(_critic.TrainableParameters);
        report.BeginIteration();
        updates.Begin();
        (double tokens, double states) = batch.Sizes(miniBatch);
        foreach (int[] rows in miniBatch.Chunk(RowsAtOnce))
        {
            using var scope = torch.NewDisposeScope();
            using PpoPiece piece = batch.Piece(rows);
            using (TokenLogProbs forward = Policy.Forward(piece.Rows, _options.Temperature, entropies: true))
            {
                using PolicyLossOutput policy = PpoPolicyLoss.Compute(forward.LogProbs, piece.OldLogProbs, piece.Advantages, piece.Rows.Mask, _options.Cliprange, tokens);
                policy.Loss.backward();
                forward.Backward(forward.LogProbs.grad!);
                double entropy = forward.Entropies!.detach().sum().ToDouble() / Math.Max(1, policy.Tokens);
                report.Add(policy with { Metrics = PpoUpdates.WithShared(policy.Metrics, entropy) });
                updates.AddPolicy(policy);
                if (updates.IsFirst)
                    report.AddSamplerGap(forward.LogProbs, piece.SamplerLogProbs, piece.Rows.Mask);
            }
            using TokenValues seen = _critic.Forward(piece.Rows, training: true);
            using PolicyLossOutput value = PpoValueLoss.Compute(
                seen.Values.narrow(1, 0, piece.States.shape[1]), piece.OldValues, piece.Returns, piece.States, _options.CliprangeValue, states);
            Tensor weighted = value.Loss * _options.VfCoef;
            weighted.backward();
            seen.Backward(seen.Values.grad!);
            report.Add(value with { Loss = weighted });
            updates.AddValue(value);
        }
        double criticNorm = Gradients.ClipNorm(_critic.TrainableParameters, _recipe.Optimizer.MaxGradNorm);
        if (Update(step, report) && double.IsFinite(criticNorm))
            _criticOptimizer.Step(step.LearningRate * (_options.CriticLearningRate ?? _recipe.Optimizer.LearningRate) / _recipe.Optimizer.LearningRate);
    }

    // TRL's names of PPO beside those that all online algorithms share; then the price of divergence for the next step.
    private void Tell(OnlineStep step, PpoBatch batch, RolloutBatch rollouts, Tensor scores, UpdateReport report, PpoUpdates updates)
    {
        (double kl, double klPerToken) = batch.Kl();
        double score = scores.mean().ToDouble(), penalty = -_state.KlCoefficient * kl;
        _state = _state with { Episodes = _state.Episodes + batch.Count };
        report.Note("objective/scores", score);
        report.Note("objective/non_score_reward", penalty);
        report.Note("objective/rlhf_reward", score + penalty);
        report.Note("objective/entropy", batch.Surprise());
        report.Note("objective/kl_coef", _state.KlCoefficient);
        if (_options.NeedsReference)
        {
            report.Note("objective/kl", kl);
            report.Note("kl", klPerToken);
        }
        updates.Tell(report);
        report.Note("val/num_eos_tokens", rollouts.Completions.Count(c => c.FinishReason == FinishReason.Eos));
        report.Note("lr", step.LearningRate);
        report.Note("episode", _state.Episodes);
        if (_options.KlTarget is { } target)
            _state = _state with { KlCoefficient = AdaptiveKl.Next(_state.KlCoefficient, kl, target, _options.KlHorizon, batch.Count) };
    }

    private Tensor Scores(double[] sums, RolloutBatch rollouts)
    {
        using var scope = torch.NewDisposeScope();
        Tensor scores = torch.tensor(sums);
        if (_options.WhitenScores)
            scores = MaskedWhitening.Compute(scores.unsqueeze(0), torch.ones(1, sums.Length, dtype: torch.ScalarType.Bool)).squeeze(0);
        if (_options.MissingEosPenalty is { } penalty)
            scores = MissingEos.Apply(scores, torch.tensor(rollouts.Completions.Select(c => c.FinishReason != FinishReason.Length).ToArray()), penalty);
        return scores.DetachFromDisposeScope();
    }

    // NaN, and an infinity, which the guard against unsound steps will not let pass, count as absent.
    private double WeightedSum(double[] row) => row.Any(double.IsFinite) ? row.Select((v, k) => double.IsFinite(v) ? v * Weights[k] : 0).Sum() : double.NaN;

    private IEnumerable<int[]> MiniBatches(int count, int step, int epoch)
    {
        int size = (count + _options.NumMiniBatches - 1) / _options.NumMiniBatches;
        return DeterministicShuffle.Order(count, _recipe.Seed, (long)step * _options.NumPpoEpochs + epoch).Chunk(size);
    }

    /// <inheritdoc/>
    public override void SaveState(string directory)
    {
        base.SaveState(directory);
        _critic.SaveState(directory);
        _criticOptimizer.Save(Path.Combine(directory, CriticOptimizerFile));
        _state.Save(directory);
    }

    /// <inheritdoc/>
    public override void LoadState(string directory)
    {
        base.LoadState(directory);
        _critic.LoadState(directory);
        _criticOptimizer.Load(Path.Combine(directory, CriticOptimizerFile));
        _state = PpoState.Load(directory);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _criticOptimizer.Dispose();
        _critic.Dispose();
        base.Dispose(disposing);
    }
}
