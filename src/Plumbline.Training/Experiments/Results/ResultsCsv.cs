using System.Globalization;
using System.Text;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Experiments.Results;

/// <summary>results.csv: one row per arm, seed, judge and objective, with the run's costs beside it.</summary>
public static class ResultsCsv
{
    private const string Header =
        "arm,kind,learning_rate,seed,judge,objective,mean,std,low,high,kl,mean_length,over_refusal,seconds,processor_seconds,memory_bytes,tokens_generated,tokens_trained,flops";

    /// <summary>Writes the file, whole or not at all. A figure that was not measured is an empty field.</summary>
    /// <exception cref="RunFolderException">The file cannot be written.</exception>
    public static void Write(string path, ExperimentResult result) => WholeFile.WriteText(path, Text(result));

    /// <summary>The file's text: RFC 4180, LF line ends, invariant numbers that read back to the same double.</summary>
    public static string Text(ExperimentResult result)
    {
        var csv = new StringBuilder(Header).Append('\n');
        foreach (ArmResult arm in result.Arms)
            foreach (ArmRun run in arm.Runs)
                foreach (var (judge, scores) in run.Evaluation)
                    foreach (var (objective, score) in scores)
                        csv.AppendJoin(',', Row(arm, run, judge, objective, score)).Append('\n');
        return csv.ToString();
    }

    private static string[] Row(ArmResult arm, ArmRun run, string judge, string objective, ScoreSummary score) =>
    [
        Quoted(arm.Name), arm.Kind.ToString().ToLowerInvariant(), Number(arm.LearningRate), run.Seed.ToString(CultureInfo.InvariantCulture), Quoted(judge), Quoted(objective),
        Number(score.Mean), Number(score.Std), Number(score.Low), Number(score.High), Number(run.Kl), Number(run.MeanLength), Number(run.OverRefusal),
        Number(run.Cost.Seconds), Number(run.Cost.ProcessorSeconds), Number(run.Cost.MemoryBytes), Number(run.Cost.TokensGenerated), Number(run.Cost.TokensTrained), Number(run.Cost.Flops),
    ];

    private static string Number(double? value) => value is { } number && double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "";

    private static string Quoted(string text) =>
        text.AsSpan().ContainsAny(",\"\n\r") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
