namespace Plumbline.Core.Statistics;

/// <summary>A linear fit: prediction = weights · features + intercept.</summary>
/// <param name="Weights">One a feature.</param>
/// <param name="Intercept">In the unit of the labels.</param>
/// <param name="Lambda">The penalty on the squared weights.</param>
/// <param name="LeaveOneOutError">Mean squared error of each label under the fit to all others.</param>
public sealed record RidgeFit(double[] Weights, double Intercept, double Lambda, double LeaveOneOutError);
