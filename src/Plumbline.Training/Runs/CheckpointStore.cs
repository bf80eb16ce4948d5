using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Models.Checkpoints;

namespace Plumbline.Training.Runs;

/// <summary>The checkpoints of a run: written whole beside their place, then renamed, so that no death of the process leaves half of one.</summary>
internal sealed class CheckpointStore(string folder)
{
    private const string Marker = "complete.json";
    private const string StepPrefix = "step-";
    private const string TemporaryPrefix = ".tmp-";

    /// <summary>True when there is anything named like a checkpoint, whole or not.</summary>
    public bool HoldsAny => Steps().Any();

    public string Save(int step, Action<string> writeInto, int keep)
    {
        string target = Path.Combine(folder, $"{StepPrefix}{step:D6}");
        if (!IsWhole(target))
            Write(step, target, writeInto);
        RemoveOld(keep);
        return target;
    }

    public (int Step, string Path)? Latest()
    {
        foreach (var checkpoint in Steps().OrderByDescending(c => c.Step))
            if (IsWhole(checkpoint.Path))
                return checkpoint;
        return null;
    }

    /// <summary>Removes what a dead process left half written or half removed.</summary>
    public void RemoveTemporary()
    {
        if (Directory.Exists(folder))
            foreach (string stale in Directory.GetDirectories(folder, TemporaryPrefix + "*"))
                Directory.Delete(stale, recursive: true);
    }

    private void Write(int step, string target, Action<string> writeInto)
    {
        string temporary = Temporary(target);
        try
        {
            Directory.CreateDirectory(temporary);
            writeInto(temporary);
            Seal(step, temporary);
            if (Directory.Exists(target))
                Discard(target);
            Directory.Move(temporary, target);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CheckpointException)
        {
            string last = Latest() is { } whole ? $"The last whole checkpoint is {whole.Path}" : "No checkpoint was saved before it";
            throw new RunFolderException($"The checkpoint of step {step} cannot be written to {target}: {(failure.InnerException ?? failure).Message} {last}. Free space or mend the permissions, then continue with --resume.", failure);
        }
        finally
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
        }
    }

    // The marker lists every file with its length, is written last, and everything is on the disk before the folder gets its name.
    private static void Seal(int step, string temporary)
    {
        var files = new JsonObject();
        foreach (string file in Directory.GetFiles(temporary, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.ReadWrite);
            stream.Flush(flushToDisk: true);
            files[Path.GetRelativePath(temporary, file).Replace('\\', '/')] = stream.Length;
        }
        using FileStream marker = new(Path.Combine(temporary, Marker), FileMode.CreateNew, FileAccess.Write);
        marker.Write(JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["step"] = step, ["files"] = files }));
        marker.Flush(flushToDisk: true);
    }

    private static bool IsWhole(string path)
    {
        string marker = Path.Combine(path, Marker);
        if (!File.Exists(marker))
            return false;
        try
        {
            JsonObject files = JsonNode.Parse(File.ReadAllText(marker))!["files"]!.AsObject();
            return files.All(file => new FileInfo(Path.Combine(path, file.Key)) is { Exists: true } found && found.Length == file.Value!.GetValue<long>());
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException or FormatException or NullReferenceException)
        {
            return false;
        }
    }

    private void RemoveOld(int keep)
    {
        foreach (var (_, path) in Steps().Where(c => IsWhole(c.Path)).OrderByDescending(c => c.Step).Skip(keep).ToArray())
            Discard(path);
    }

    // Renamed before it is removed: a folder with a checkpoint's name is never half empty.
    private static void Discard(string path)
    {
        string temporary = Temporary(path);
        Directory.Move(path, temporary);
        Directory.Delete(temporary, recursive: true);
    }

    private static string Temporary(string path) =>
        Path.Combine(Path.GetDirectoryName(path)!, $"{TemporaryPrefix}{Path.GetFileName(path)}-{Guid.NewGuid().ToString("N")[..8]}");

    private IEnumerable<(int Step, string Path)> Steps()
    {
        if (!Directory.Exists(folder))
            yield break;
        foreach (string path in Directory.GetDirectories(folder, StepPrefix + "*"))
            if (int.TryParse(Path.GetFileName(path)[StepPrefix.Length..], out int step))
                yield return (step, path);
    }
}
