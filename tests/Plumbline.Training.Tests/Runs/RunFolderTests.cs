using System.Text.Json;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Tests.Runs;

public sealed class RunFolderTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    private string Run => _temporary["run"];

    private static void WriteState(string folder) => File.WriteAllText(Path.Combine(folder, "state.bin"), "weights");

    [Fact]
    public void Create_FolderInUse_NamesTheOthersProcess()
    {
        using var first = RunFolder.Create(Run);
        string message = Assert.Throws<RunFolderException>(() => RunFolder.Create(Run)).Message;
        Assert.Contains($"process {Environment.ProcessId}", message);
        Assert.Contains("--out", message);
        Assert.Contains("in use", Assert.Throws<RunFolderException>(() => RunFolder.Resume(Run)).Message);
    }

    [Fact]
    public void Resume_LockLeftByDeadProcess_IsTakenOver()
    {
        Directory.CreateDirectory(Run);
        File.WriteAllText(Path.Combine(Run, ".lock"), "");
        File.WriteAllText(Path.Combine(Run, ".lock.pid"), "999999999\n");
        File.WriteAllText(Path.Combine(Run, "recipe.yaml"), "seed: 1\n");
        using var folder = RunFolder.Resume(Run);
        Assert.Equal($"{Environment.ProcessId}", File.ReadAllText(Path.Combine(Run, ".lock.pid")).Trim());
        Assert.Null(folder.LatestCheckpoint());
    }

    [Theory, InlineData("recipe.yaml"), InlineData("metrics.jsonl"), InlineData("checkpoints/step-000010/state.bin"), InlineData("final/model.safetensors")]
    public void Create_FolderHoldsRun_IsRefusedWithTheWayOutAndLetGo(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Run, file))!);
        File.WriteAllText(Path.Combine(Run, file), "");
        for (int i = 0; i < 2; i++)                                          // the second time shows that the refusal let go of the lock
        {
            string message = Assert.Throws<RunFolderException>(() => RunFolder.Create(Run)).Message;
            Assert.Contains("--resume", message);
            Assert.Contains("--out", message);
        }
        RunFolder.Resume(Run).Dispose();
    }

    [Fact]
    public void Resume_NoRunOrNoFolder_SaysSo()
    {
        Assert.Contains("no folder", Assert.Throws<RunFolderException>(() => RunFolder.Resume(Run)).Message);
        Assert.False(Directory.Exists(Run));
        Directory.CreateDirectory(Run);
        Assert.Contains("no run to resume", Assert.Throws<RunFolderException>(() => RunFolder.Resume(Run)).Message);
    }

    // What died before its first checkpoint is a run: an experiment that starts it again must resume it.
    [Fact]
    public void Holds_RunWithoutCheckpoint_IsTrueAndResumable()
    {
        string path = _temporary["run"];
        Assert.False(RunFolder.Holds(path));
        using (RunFolder folder = RunFolder.Create(path))
        {
            Assert.False(RunFolder.Holds(path));
            folder.WriteRecipe("seed: 1");
        }
        Assert.True(RunFolder.Holds(path));
        using RunFolder resumed = RunFolder.Resume(path);
        Assert.Null(resumed.LatestCheckpoint());
    }

    [Fact]
    public void Create_PathIsFile_IsOneClearError()
    {
        File.WriteAllText(Run, "");
        Assert.Contains(Run, Assert.Throws<RunFolderException>(() => RunFolder.Create(Run)).Message);
    }

    [Fact]
    public void SaveCheckpoint_KeepTwo_LeavesTheNewestTwoWhole()
    {
        using var folder = RunFolder.Create(Run);
        foreach (int step in new[] { 10, 20, 30 })
            folder.SaveCheckpoint(step, WriteState, keep: 2);
        Assert.Equal(["step-000020", "step-000030"], Checkpoints());
        Assert.Equal((30, Path.Combine(Run, "checkpoints", "step-000030")), folder.LatestCheckpoint());
        Assert.Equal("weights", File.ReadAllText(Path.Combine(folder.LatestCheckpoint()!.Value.Path, "state.bin")));
    }

    [Fact]
    public void SaveCheckpoint_DiskFull_LeavesTheLastWholeAndNothingHalf()
    {
        using var folder = RunFolder.Create(Run);
        folder.SaveCheckpoint(10, WriteState, keep: 1);
        string message = Assert.Throws<RunFolderException>(() => folder.SaveCheckpoint(20, path =>
        {
            WriteState(path);
            throw new IOException("No space left on device.");
        }, keep: 1)).Message;
        Assert.Contains("step 20", message);
        Assert.Contains("No space left on device.", message);
        Assert.Contains("step-000010", message);
        Assert.Contains("--resume", message);
        Assert.Equal(["step-000010"], Checkpoints());
        Assert.Equal(10, folder.LatestCheckpoint()!.Value.Step);
    }

    [Fact]
    public void SaveCheckpoint_WriterFailsOtherwise_KeepsItsOwnExceptionAndCleansUp()
    {
        using var folder = RunFolder.Create(Run);
        Assert.Throws<InvalidOperationException>(() => folder.SaveCheckpoint(10, _ => throw new InvalidOperationException(), keep: 1));
        Assert.Empty(Checkpoints());
    }

    [Fact]
    public void SaveCheckpoint_WhileWriting_HasNoNameYet()
    {
        using var folder = RunFolder.Create(Run);
        folder.SaveCheckpoint(10, _ => Assert.Null(folder.LatestCheckpoint()), keep: 1);
        Assert.Equal(10, folder.LatestCheckpoint()!.Value.Step);
    }

    [Fact]
    public void SaveCheckpoint_StepSavedBefore_KeepsTheWholeAndReplacesTheDamaged()
    {
        using var folder = RunFolder.Create(Run);
        string path = folder.SaveCheckpoint(10, WriteState, keep: 1);
        folder.SaveCheckpoint(10, _ => Assert.Fail("a whole checkpoint is not written twice"), keep: 1);
        File.WriteAllText(Path.Combine(path, "state.bin"), "weig");
        Assert.Null(folder.LatestCheckpoint());
        folder.SaveCheckpoint(10, WriteState, keep: 1);
        Assert.Equal(10, folder.LatestCheckpoint()!.Value.Step);
    }

    // What a kill leaves: a temporary folder, a folder without the marker, one whose marker is cut short, one that lost a file.
    [Fact]
    public void Resume_AfterKill_PassesOverWhatIsNotWholeAndRemovesTheTemporary()
    {
        using (var folder = RunFolder.Create(Run))
            foreach (int step in new[] { 10, 20, 30, 40 })
                folder.SaveCheckpoint(step, WriteState, keep: 4);
        string At(string name) => Path.Combine(Run, "checkpoints", name);
        File.Delete(Path.Combine(At("step-000020"), "complete.json"));
        File.WriteAllText(Path.Combine(At("step-000030"), "complete.json"), "{\"step\":30,\"fil");
        File.Delete(Path.Combine(At("step-000040"), "state.bin"));
        Directory.CreateDirectory(At(".tmp-step-000050-abc"));
        using var resumed = RunFolder.Resume(Run);
        Assert.Equal(10, resumed.LatestCheckpoint()!.Value.Step);
        Assert.DoesNotContain(Directory.GetDirectories(At("")), path => path.Contains(".tmp-"));
    }

    [Fact]
    public void WriteEnvironment_TellsWhereAndKeepsTheFirstWhenResumed()
    {
        using (var folder = RunFolder.Create(Run))
        {
            folder.WriteRecipe("seed: 1\n");
            folder.WriteEnvironment(new Dictionary<string, string> { ["device"] = "cpu" });
        }
        using (var folder = RunFolder.Resume(Run))
            folder.WriteEnvironment();
        JsonElement environment = JsonDocument.Parse(File.ReadAllText(Path.Combine(Run, "environment.json"))).RootElement;
        Assert.Equal("cpu", environment.GetProperty("device").GetString());
        foreach (string name in new[] { "plumbline", "dotnet", "os", "cpu", "libtorch", "time", "command_line" })
            Assert.NotEmpty(environment.GetProperty(name).GetString()!);
        Assert.Equal(2, environment.GetProperty("torch_threads").GetInt32());
        Assert.Equal(1, environment.GetProperty("resumed").GetArrayLength());
    }

    private string[] Checkpoints() =>
        Directory.GetDirectories(Path.Combine(Run, "checkpoints")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToArray();
}
