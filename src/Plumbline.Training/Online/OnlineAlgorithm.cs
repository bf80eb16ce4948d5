namespace Plumbline.Training.Online;

/// <summary>How an algorithm presents itself and how its trainer is made.</summary>
/// <param name="Verb">The command line's word.</param>
/// <param name="Title">The short name, such as GRPO.</param>
/// <param name="Name">The full name, for the model card.</param>
/// <param name="Create">Joins a trainer.</param>
public sealed record OnlineAlgorithm(string Verb, string Title, string Name, Func<OnlineParts, OnlineTrainer> Create);
