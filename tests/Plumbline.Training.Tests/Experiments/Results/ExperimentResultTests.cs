using System.Text.Json;
using Plumbline.Training.Experiments.Results;
using Plumbline.Training.Runs;
using Plumbline.Training.Tests.Experiments.Report;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.Experiments.Results;

public sealed class ExperimentResultTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        ExperimentResult result = FixtureResult.Make();
        result.Write(_temporary["a.json"]);
        ExperimentResult read = ExperimentResult.Read(_temporary["a.json"]);
        read.Write(_temporary["b.json"]);
        Assert.Equal(File.ReadAllText(_temporary["a.json"]), File.ReadAllText(_temporary["b.json"]));
        ArmRun run = read.Arms[2].Runs[1], wanted = result.Arms[2].Runs[1];
        Assert.Equal(wanted.Evaluation["oracle"]["safety"], run.Evaluation["oracle"]["safety"]);
        Assert.Equal(wanted.Cost, run.Cost);
        Assert.Equal(wanted.WinRate, run.WinRate);
        Assert.Equal(wanted.Curve[59].Reward, run.Curve[59].Reward);
        Assert.True(double.IsNaN(read.Search[2].Score));
    }

    [Fact]
    public void Write_Keys_AreSnakeCaseAndNoFigureIsDerived()
    {
        FixtureResult.Make().Write(_temporary["a.json"]);
        using var json = JsonDocument.Parse(File.ReadAllText(_temporary["a.json"]));
        JsonElement root = json.RootElement;
        Assert.Equal("oracle", root.GetProperty("headline_judge").GetString());
        Assert.Equal("generated_tokens", root.GetProperty("budget").GetProperty("kind").GetString());
        JsonElement cost = root.GetProperty("arms")[2].GetProperty("runs")[0].GetProperty("cost");
        Assert.Equal(700_000_000, cost.GetProperty("peak_memory_bytes").GetInt64());
        Assert.False(cost.TryGetProperty("memory_bytes", out _));
        Assert.Equal(JsonValueKind.Null, root.GetProperty("search")[2].GetProperty("score").ValueKind);
    }

    [Fact]
    public void Cost_Derived_IsTheSumOfPartsAndPeakOverResting()
    {
        // 1 + 2 + 3 + 4 seconds; 900 − 400 bytes; unknown where either end is.
        var cost = new ArmCost { RolloutSeconds = 1, ScoringSeconds = 2, UpdateSeconds = 3, OtherSeconds = 4, PeakMemoryBytes = 900, RestingMemoryBytes = 400 };
        Assert.Equal(10, cost.Seconds);
        Assert.Equal(500, cost.MemoryBytes);
        Assert.Null((cost with { RestingMemoryBytes = null }).MemoryBytes);
    }

    [Theory, InlineData("{\"title\": \"t\"}"), InlineData("null"), InlineData("{")]
    public void Read_SomethingElse_NamesTheFile(string text)
    {
        File.WriteAllText(_temporary["bad.json"], text);
        Assert.Contains("bad.json is no ExperimentResult", Assert.Throws<RunFolderException>(() => ExperimentResult.Read(_temporary["bad.json"])).Message);
        Assert.Contains("absent.json cannot be read", Assert.Throws<RunFolderException>(() => ExperimentResult.Read(_temporary["absent.json"])).Message);
    }

    [Fact]
    public void Csv_Result_HasOneRowPerArmSeedJudgeAndObjective()
    {
        ExperimentResult result = FixtureResult.Make();
        string[] lines = ResultsCsv.Text(result).TrimEnd('\n').Split('\n');
        Assert.Equal(1 + (12 * 3 * 3 * 4), lines.Length);
        Assert.All(lines, line => Assert.Equal(lines[0].Count(c => c == ','), line.Count(c => c == ',')));
        string[] row = lines[1 + (2 * 36)].Split(',');                          // GRPO, seed 1, oracle, politeness
        Assert.Equal(["GRPO", "method", "0.0003", "1", "oracle", "politeness"], row[..6]);
        Assert.Equal(result.Arms[2].Runs[0].Evaluation["oracle"]["politeness"].Mean, double.Parse(row[6]));
        Assert.Equal("300000000", row[15]);
    }

    [Fact]
    public void Csv_CommaAndQuoteInAName_AreQuoted()
    {
        ExperimentResult result = FixtureResult.Make();
        string text = ResultsCsv.Text(result with { Arms = [result.Arms[0] with { Name = "a \"b\", c" }] });
        Assert.Contains("\n\"a \"\"b\"\", c\",base,,1,", text);
    }
}
