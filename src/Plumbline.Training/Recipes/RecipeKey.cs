namespace Plumbline.Training.Recipes;

/// <summary>One key of a recipe, for listings.</summary>
/// <param name="Key">The full path, such as <c>grpo.num_generations</c>; keys of a list's items are shown for the first, <c>rewards.0.type</c>.</param>
/// <param name="Type">The type in a word, such as <c>number</c> or <c>token|sequence</c>.</param>
/// <param name="Default">The default as YAML spells it; <c>null</c> where nothing is set.</param>
/// <param name="Description">One short line.</param>
public sealed record RecipeKey(string Key, string Type, string Default, string Description);
