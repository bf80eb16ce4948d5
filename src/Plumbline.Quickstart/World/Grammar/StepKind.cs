namespace Plumbline.Quickstart.World.Grammar;

/// <summary>A family of steps.</summary>
/// <param name="Matter">Index of the matter they lead to, or <see cref="TownGrammar.NoMatter"/> for steps of mischief.</param>
/// <param name="Stage">0 for first steps, 1 for second, 2 for last.</param>
internal readonly record struct StepKind(int Matter, int Stage);
