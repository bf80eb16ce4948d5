namespace Plumbline.Training.Recipes;

/// <summary>A part of a recipe that can tell what is wrong with it.</summary>
/// <remarks>Implementations only look (at values and at whether files exist), never change anything, and may be called from any thread.</remarks>
public interface IValidated
{
    /// <summary>Every fault of this part alone; nested parts are asked by the reader.</summary>
    /// <param name="path">Where this part stands in the recipe, such as <c>grpo</c> or <c>rewards.0</c>; empty for the recipe itself.</param>
    /// <returns>Sentences that begin with the full key, then say what was wrong and how to mend it; empty when all is well.</returns>
    IEnumerable<string> Faults(string path);
}
