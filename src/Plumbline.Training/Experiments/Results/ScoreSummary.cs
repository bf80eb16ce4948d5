namespace Plumbline.Training.Experiments.Results;

/// <summary>One objective over the held-out answers.</summary>
/// <param name="Mean">Mean score.</param>
/// <param name="Std">Standard deviation over answers.</param>
/// <param name="Low">Lower end of the 95 % interval of the mean.</param>
/// <param name="High">Upper end of it.</param>
public sealed record ScoreSummary(double Mean, double Std, double Low, double High);
