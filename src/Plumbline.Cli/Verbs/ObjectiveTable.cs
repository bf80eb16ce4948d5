using Plumbline.Training.RewardModeling;
using Spectre.Console;

namespace Plumbline.Cli.Verbs;

/// <summary>Prints how well scores fit labels, an objective a row.</summary>
internal static class ObjectiveTable
{
    public static void Print(IReadOnlyDictionary<string, ObjectiveReport> reports, bool toError)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn("objective");
        foreach (string column in new[] { "rows", "MSE", "MSE of mean", "Pearson", "Spearman", "AUC", "calibration error" })
            table.AddColumn(new TableColumn(column).RightAligned().PadLeft(1).PadRight(1));
        foreach ((string name, ObjectiveReport report) in reports)
            table.AddRow(Markup.Escape(name), report.Rows.ToString(), Figure(report.Mse, "F4"), Figure(report.MeanMse, "F4"),
                Figure(report.Pearson), Figure(report.Spearman), Figure(report.Auc), Figure(report.CalibrationError));
        Consoles.For(toError).Write(table);
    }

    private static string Figure(double value, string format = "F3") => double.IsNaN(value) ? "-" : value.ToString(format);
}
