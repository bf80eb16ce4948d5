using Plumbline.Engine.Sampling;
using Plumbline.Models.Decoder;
using Plumbline.Training.Recipes;
using TorchSharp;

namespace Plumbline.Training.RewardModeling;

/// <summary>The next-token loss that keeps a trunk from scratch from learning its labels by heart, over a quarter of the tokens of a step; or, in the first steps, over all of them and alone.</summary>
/// <remarks>
/// Source: Yang et al. 2024, arXiv:2406.10216, section 3 (a reward model that keeps its language head and an SFT term). Departure: all of
/// the text counts, since there is no preferred answer; a quarter of the tokens, drawn anew each step, costs a quarter of the head.
/// </remarks>
internal sealed class LanguageTerm
{
    private const double BesideLabels = 0.25;
    private readonly RewardRecipe _recipe;
    private readonly int _step;
    private readonly double _share, _expected;

    /// <summary>Prepares the term of a step over <paramref name="rows"/>.</summary>
    public LanguageTerm(RewardRecipe recipe, int step, IReadOnlyList<RewardExample> rows)
    {
        (_recipe, _step) = (recipe, step);
        Alone = recipe.Model is null && step <= recipe.Scratch.PretrainSteps;
        Weight = recipe.Model is not null ? 0 : Alone ? 1 : recipe.Scratch.LanguageWeight;
        _share = Alone ? 1 : BesideLabels;
        _expected = Math.Max(1, _share * rows.Sum(r => r.Ids.Length - 1));
    }

    /// <summary>Whether the step learns the language alone, all tokens of it, and no label.</summary>
    public bool Alone { get; }

    /// <summary>Weight in the whole loss; 0 when there is no such term.</summary>
    public double Weight { get; }

    /// <summary>The share of some rows in the step's loss per token, nats; null when it has none.</summary>
    /// <param name="hidden">After the final norm, (B, T, width).</param>
    /// <param name="decoder">Gives the head.</param>
    /// <param name="first">The number in the step of the first of the rows.</param>
    /// <param name="rows">B rows.</param>
    public Tensor? Loss(Tensor hidden, DecoderModel decoder, int first, IReadOnlyList<RewardExample> rows)
    {
        if (Weight == 0)
            return null;
        long length = hidden.shape[1];
        List<long> predictors = [], targets = [];
        for (int i = 0; i < rows.Count; i++)
            for (int place = 1; place < rows[i].Ids.Length; place++)
                // −place: other numbers than those that hide tokens.
                if (CounterRandom.Uniform(_recipe.Seed, _step, first + i, -place) < _share)
                {
                    predictors.Add(i * length + place - 1);
                    targets.Add(rows[i].Ids[place]);
                }
        if (targets.Count == 0)
            return null;
        Tensor selected = hidden.reshape(-1, hidden.shape[2]).index_select(0, torch.tensor(predictors.ToArray(), device: hidden.device)); // (N, width)
        Tensor target = torch.tensor(targets.ToArray(), device: hidden.device);
        return torch.nn.functional.cross_entropy(decoder.Logits(selected), target, reduction: torch.nn.Reduction.Sum) / _expected;
    }
}
