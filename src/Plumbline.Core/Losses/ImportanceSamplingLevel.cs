namespace Plumbline.Core.Losses;

/// <summary>Over what the importance ratio is taken (TRL's <c>importance_sampling_level</c>).</summary>
public enum ImportanceSamplingLevel
{
    /// <summary>One ratio per token.</summary>
    Token,

    /// <summary>One ratio per completion: the geometric mean of its tokens' ratios (GSPO, arXiv:2507.18071).</summary>
    Sequence,
}
