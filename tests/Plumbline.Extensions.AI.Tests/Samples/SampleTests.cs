using System.Globalization;
using System.Text.RegularExpressions;
using Plumbline.Models.Checkpoints;

namespace Plumbline.Extensions.AI.Tests.Samples;

public sealed partial class SampleTests(TinyFolder folder) : IClassFixture<TinyFolder>
{
    private const string Assistant = "--Plumbline:Clients:assistant";

    [Fact]
    public async Task ConsoleChat_OnAModelAndAdapter_AnswersEachLine()
    {
        SampleRun run = await SampleRun.RunAsync(
            "ConsoleChat", [$"{Assistant}:Model={folder.Model}", $"{Assistant}:Adapter={folder.Adapter}", $"{Assistant}:MaxOutputTokens=4", $"{Assistant}:Instructions="], "hi\nso\n");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        int[] read = [.. Told().Matches(run.Output).Select(m => int.Parse(m.Groups["read"].Value, CultureInfo.InvariantCulture))];
        Assert.Equal(2, read.Length);
        Assert.True(read[1] > read[0], "The second answer was given without the first.");
    }

    [Fact]
    public async Task ConsoleChat_WithoutItsModel_SaysWhatIsMissing()
    {
        SampleRun run = await SampleRun.RunAsync("ConsoleChat", [$"{Assistant}:Model={folder.Root}/absent"]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("Plumbline's client 'assistant': Model: ", run.Error);
        Assert.Contains("absent", run.Error);
    }

    [Fact]
    public async Task JudgedAnswers_WithARewardModelToo_Pass()
    {
        SampleRun run = await SampleRun.RunAsync("JudgedAnswers", [], variable: ("JUDGE_MODEL", folder.Reward));
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Matches(@"(total|Total): 4", run.Output);
    }

    [Fact]
    public async Task TrainFromCode_RaisesItsRewardAndLeavesAModel()
    {
        string output = Path.Combine(folder.Root, "cats");
        SampleRun run = await SampleRun.RunAsync("TrainFromCode", [output]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Match rise = Rise().Match(run.Output);
        double Read(string name) => double.Parse(rise.Groups[name].Value, CultureInfo.InvariantCulture);
        Assert.True(Read("after") > Read("before") + 0.2, run.Output);
        using CheckpointFolder trained = CheckpointFolder.Open(Path.Combine(output, "run", "final"));
        Assert.Equal("Qwen2ForCausalLM", trained.Config.Architecture);
    }

    [GeneratedRegex(@"\[(?<read>\d+) tokens read, \d+ written, (stop|length)\]")]
    private static partial Regex Told();

    [GeneratedRegex(@"cats (?<before>0\.\d+) -> (?<after>[01]\.\d+)")]
    private static partial Regex Rise();
}
