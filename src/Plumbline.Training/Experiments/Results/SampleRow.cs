namespace Plumbline.Training.Experiments.Results;

/// <summary>One prompt with the answers of all arms.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Kind">What it is: <c>everyday</c>, <c>look-alike</c>, or an attack family.</param>
/// <param name="Answers">The answer by arm's name.</param>
public sealed record SampleRow(string Prompt, string Kind, IReadOnlyDictionary<string, string> Answers);
