namespace Plumbline.Training.Recipes;

/// <summary>The course of the learning rate after warm-up; the words are transformers'.</summary>
public enum LrSchedulerType
{
    /// <summary>Falls in a straight line to 0 at the last step.</summary>
    Linear,

    /// <summary>Falls along half a cosine to 0 at the last step.</summary>
    Cosine,

    /// <summary>Stays (with warm-up: transformers' <c>constant_with_warmup</c>).</summary>
    Constant,
}
