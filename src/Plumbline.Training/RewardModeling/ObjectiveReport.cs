using Plumbline.Core.Statistics;

namespace Plumbline.Training.RewardModeling;

/// <summary>How well predictions of one objective fit its labels.</summary>
/// <param name="Rows">Labelled rows.</param>
/// <param name="Mse">Mean squared error.</param>
/// <param name="MeanMse">Mean squared error of always predicting the labels' mean.</param>
/// <param name="Pearson">Linear correlation, in [−1, 1]; NaN where either side is constant.</param>
/// <param name="Spearman">Rank correlation, in [−1, 1].</param>
/// <param name="Auc">Area under the ROC curve; labels above one half are positive; NaN where fewer than 95 % of the labels are exactly 0 or 1.</param>
/// <param name="CalibrationError">Expected calibration error over ten bins of the prediction.</param>
public sealed record ObjectiveReport(int Rows, double Mse, double MeanMse, double Pearson, double Spearman, double Auc, double CalibrationError)
{
    private const double BinaryShare = 0.95;

    /// <summary>Compares predictions with labels; rows whose label is NaN are left out.</summary>
    public static ObjectiveReport Of(IReadOnlyList<double> predictions, IReadOnlyList<double> labels)
    {
        int[] labelled = [.. Enumerable.Range(0, labels.Count).Where(i => !double.IsNaN(labels[i]))];
        double[] p = [.. labelled.Select(i => predictions[i])], y = [.. labelled.Select(i => labels[i])];
        if (y.Length == 0)
            return new ObjectiveReport(0, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        bool binary = y.Count(v => v is 0 or 1) >= BinaryShare * y.Length;
        return new ObjectiveReport(
            y.Length,
            MeanSquaredError.Compute(p, y),
            MeanSquaredError.OfTheMean(y),
            Core.Statistics.Pearson.Compute(p, y),
            Core.Statistics.Spearman.Compute(p, y),
            binary ? AreaUnderCurve.Compute(p, y) : double.NaN,
            Core.Statistics.CalibrationError.Compute(p, y));
    }

    /// <summary>Reports as metrics of an evaluation; <c>eval_unexplained</c> is the mean share of the labels' variance that is left.</summary>
    public static Dictionary<string, double> Metrics(IReadOnlyDictionary<string, ObjectiveReport> reports)
    {
        var metrics = new Dictionary<string, double>
        {
            ["eval_unexplained"] = reports.Values.Where(r => r.MeanMse > 0).Select(r => r.Mse / r.MeanMse).DefaultIfEmpty(0).Average(),
        };
        foreach ((string name, ObjectiveReport report) in reports)
        {
            metrics[$"eval_rewards/{name}/mse"] = report.Mse;
            metrics[$"eval_rewards/{name}/pearson"] = report.Pearson;
            metrics[$"eval_rewards/{name}/spearman"] = report.Spearman;
            if (!double.IsNaN(report.Auc))
                metrics[$"eval_rewards/{name}/auc"] = report.Auc;
        }
        return metrics;
    }

    /// <summary>Reports every objective of a table.</summary>
    public static Dictionary<string, ObjectiveReport> Of(IReadOnlyList<string> objectives, IReadOnlyList<double[]> predictions, IReadOnlyList<double[]> labels) =>
        objectives.Select((name, k) => (name, report: Of([.. predictions.Select(p => p[k])], [.. labels.Select(l => l[k])]))).ToDictionary(o => o.name, o => o.report);
}
