using System.Text;
using Plumbline.Training.Experiments.Results;
using static Plumbline.Training.Runs.HtmlText;

namespace Plumbline.Training.Experiments.Report;

/// <summary>What one needs to make the experiment again: the command, the machine, the arms, every setting.</summary>
internal static class SettingsSection
{
    public static void Append(StringBuilder page, ExperimentResult result)
    {
        page.Append("<h2 id=\"settings\">How it was made</h2>\n");
        if (result.Command.Length > 0)
            page.Append($"<pre class=\"wrap\">{Escape(result.Command)}</pre>\n");
        MachineDescription machine = result.Machine;
        string memory = machine.MemoryBytes > 0 ? FormattableString.Invariant($", {machine.MemoryBytes / (double)(1L << 30):0.#} GiB memory") : "";
        page.Append("<dl class=\"facts\">\n");
        Fact(page, "machine", $"{machine.Cpu}, {machine.Cores} {(machine.Cores == 1 ? "core" : "cores")}{memory}, {machine.Os}");
        Fact(page, "versions", string.Join(", ", machine.Versions.Select(version => $"{version.Key} {version.Value}")));
        Fact(page, "seeds", string.Join(", ", result.Seeds));
        Fact(page, "budget", $"{CostSection.Budget(result.Budget)}, each arm and seed");
        Fact(page, "weights", string.Join(", ", result.Objectives.Zip(result.Weights, (objective, weight) => FormattableString.Invariant($"{objective} {weight:0.###}"))));
        Fact(page, "judges", string.Join("; ", result.Judges.Select(judge => judge + (judge == result.TrainingJudge ? " (training maximised it)" : judge == result.HeadlineJudge ? " (its word counts)" : ""))));
        Fact(page, "whole time", result.Seconds > 0 ? Figures.Seconds(result.Seconds) : "");
        page.Append("</dl>\n<details><summary>The arms</summary>\n<dl class=\"facts\">\n");
        foreach (ArmResult arm in result.Arms)
            Fact(page, arm.Name, arm.Description + (arm.LearningRate is { } rate ? $" (learning rate {Figures.Rate(rate)})" : ""));
        page.Append("</dl></details>\n");
        if (result.Settings.Length > 0)
            page.Append($"<details><summary>Every setting, every default resolved</summary><pre>{Escape(result.Settings)}</pre></details>\n");
    }

    private static void Fact(StringBuilder page, string name, string value)
    {
        if (value.Length > 0)
            page.Append($"<dt>{Escape(name)}</dt><dd>{Escape(value)}</dd>\n");
    }
}
