namespace Plumbline.Training.Recipes;

/// <summary>Where a reward comes from.</summary>
public enum RewardSourceType
{
    /// <summary>A reward model's folder; one reward per head.</summary>
    Model,

    /// <summary>The length of the completion in words.</summary>
    Length,

    /// <summary>Whether the completion matches a regular expression.</summary>
    Regex,

    /// <summary>How little the completion repeats itself.</summary>
    Repetition,

    /// <summary>A server that scores, in OpenRLHF's form.</summary>
    Http,

    /// <summary>A chat model behind OpenAI's protocol, with a rubric.</summary>
    Judge,

    /// <summary>A class of the user's.</summary>
    Assembly,
}
