using Plumbline.Training.Runs;

namespace TrainFromCode;

/// <summary>Prints one metric every ten steps, and what the run has to say.</summary>
internal sealed class ConsoleProgress(string metric) : IRunObserver
{
    public double First { get; private set; } = double.NaN;

    public double Last { get; private set; } = double.NaN;

    public void OnStep(StepReport report)
    {
        Last = report.Metrics[metric];
        if (double.IsNaN(First))
            First = Last;
        if (report.Step % 10 == 0)
            Console.WriteLine($"step {report.Step,3} of {report.TotalSteps}   {metric} {Last:0.00}");
    }

    public void OnMessage(RunMessage message) => Console.WriteLine(message.Text);
}
