using System.ComponentModel;
using Plumbline.Core.Losses;

namespace Plumbline.Training.Recipes;

/// <summary>How a reward model of several objectives learns. Ours: TRL trains pairwise reward models only.</summary>
public sealed record RewardOptions : IValidated
{
    /// <summary>The distance between score and label, over the labels that are there.</summary>
    [Description("distance between score and label")]
    public RewardLoss Loss { get; init; } = RewardLoss.Mse;

    /// <summary>How the head is fitted: by gradient descent with the trunk, or in closed form over a frozen one (after ArmoRM, arXiv:2406.12845).</summary>
    [Description("regression = trained with the trunk; ridge = closed form, trunk frozen")]
    public RewardHead Head { get; init; } = RewardHead.Regression;

    /// <summary>ridge: the penalty on the squared weights, above 0; null takes for each objective the one of the least leave-one-out error.</summary>
    [Description("ridge: penalty of the weights; null = by leave-one-out")]
    public double? RidgeLambda { get; init; }

    /// <summary>What is written where an adapter was trained: the adapter with the head, or a whole model with the adapter merged into it.</summary>
    [Description("of a trained adapter: adapter = it and the head, merged = a whole model")]
    public RewardExport Export { get; init; } = RewardExport.Adapter;

    /// <summary>How a row's states become one; <c>last</c> is what transformers would compute from the saved folder.</summary>
    [Description("how a row's states become one")]
    public RewardPooling Pooling { get; init; } = RewardPooling.Mean;

    /// <summary>Distance at which Huber's loss turns from squared to absolute; in units of the labels. torch's default.</summary>
    [Description("distance at which huber turns from squared to absolute")]
    public double HuberDelta { get; init; } = 1;

    /// <summary>Whether each objective weighs the same in the loss, however many labels it has and however close together they lie.</summary>
    [Description("objectives weigh the same, however many labels they have and however they spread")]
    public bool Balance { get; init; } = true;

    /// <summary>Evaluations without improvement after which training ends and the best model is taken; 0 never ends early.</summary>
    [Description("evaluations without improvement before the run ends; 0 = never")]
    public int EarlyStoppingPatience { get; init; } = 3;

    /// <summary>Probability that an input of the head is dropped while training, in [0, 1).</summary>
    [Description("probability that an input of the head is dropped")]
    public double Dropout { get; init; } = 0.1;

    /// <summary>Probability that a token is hidden (replaced by the end token) while training, in [0, 1). Makes a small trunk rely on more than single words.</summary>
    [Description("probability that a token is hidden while training")]
    public double TokenDropout { get; init; }

    /// <summary>Decay per step of the running mean of the weights that is evaluated and exported, in [0, 1); 0 takes the weights themselves.</summary>
    [Description("decay of the mean of weights that is exported; 0 = the weights themselves")]
    public double EmaDecay { get; init; }

    /// <summary>Weight of the Bradley-Terry loss on <c>data.pairs</c> beside the regression loss, above 0. Ours.</summary>
    [Description("weight of the loss on data.pairs beside the loss on labels")]
    public double PairWeight { get; init; } = 1;

    /// <summary>The objective whose head scores pairs; null takes the sum of all heads. Ours.</summary>
    [Description("objective whose head scores pairs; null = the sum of all")]
    public string? PairObjective { get; init; }

    /// <summary>Weight of the squared sum of a pair's scores, which centres them at 0; not negative. TRL's default is none; 0.01 is usual.</summary>
    [Description("weight that centres the scores of pairs at 0; 0 = none")]
    public double CenterRewardsCoefficient { get; init; }

    /// <summary>The loss as a pair of functions.</summary>
    public RegressionKind Kind() => Loss switch
    {
        RewardLoss.Huber => RegressionKinds.HuberWith(HuberDelta),
        RewardLoss.Logistic => RegressionKinds.Logistic,
        _ => RegressionKinds.Mse,
    };

    /// <summary>Whether texts are read in lower case: fewer words to learn from few rows. The exported folder says so (<c>plumbline_lowercase</c>).</summary>
    [Description("read texts in lower case")]
    public bool Lowercase { get; init; }

    /// <summary>
    /// Whether rows, conversations and texts alike, are read by the model's chat template, in training and ever after: the exported folder says so
    /// (<c>plumbline_chat_template</c>). Null: where training rows are conversations and the tokenizer has a template.
    /// </summary>
    [Description("read rows by the chat template; null = where rows are conversations")]
    public bool? ChatTemplate { get; init; }

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        faults.Require(RidgeLambda is null or (> 0 and < double.PositiveInfinity), RidgeLambda, "a penalty must be above 0. Leave it out to have it found.");
        faults.Require(RidgeLambda is null || Head is RewardHead.Ridge, RidgeLambda, "only head: ridge has a penalty. Remove it, or set reward.head to ridge.");
        faults.Require(Head is RewardHead.Regression || Loss is RewardLoss.Mse, Loss, "a ridge head is fitted to squares. Leave it out.");
        faults.Require(ChatTemplate != true || !Lowercase, Lowercase, "a chat template is written as it is. Set it, or reward.chat_template, to false.");
        faults.Require(HuberDelta > 0, HuberDelta, "the turn from squared to absolute lies above 0. A usual value is 1.");
        faults.Require(EarlyStoppingPatience >= 0, EarlyStoppingPatience, "evaluations are counted from 0. Set it above 0, or to 0 to never end early.");
        faults.Require(Dropout is >= 0 and < 1, Dropout, "a probability of dropping must be at least 0 and below 1.");
        faults.Require(TokenDropout is >= 0 and < 1, TokenDropout, "a probability of dropping must be at least 0 and below 1.");
        faults.Require(PairWeight > 0 && double.IsFinite(PairWeight), PairWeight, "pairs of no weight teach nothing. Set it above 0, or leave out data.pairs.");
        faults.Require(CenterRewardsCoefficient >= 0 && double.IsFinite(CenterRewardsCoefficient), CenterRewardsCoefficient, "a negative weight would drive scores away from 0. Set it to 0 or more; 0.01 is usual.");
        faults.Require(EmaDecay is >= 0 and < 1, EmaDecay, "a decay must be at least 0 and below 1. A usual value is 0.99.");
        return faults;
    }
}
