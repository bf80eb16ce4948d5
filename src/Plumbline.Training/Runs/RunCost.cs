using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plumbline.Training.Runs;

/// <summary>What a run spent, over all its parts when it was interrupted and resumed: cost.json in its folder.</summary>
public sealed record RunCost
{
    private static readonly JsonSerializerOptions Layout = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    /// <summary>Wall-clock seconds of training.</summary>
    public double Seconds { get; init; }

    /// <summary>Processor seconds, all cores, loading included.</summary>
    public double ProcessorSeconds { get; init; }

    /// <summary>Resident bytes before any model was read; null where it was not marked.</summary>
    public long? RestingMemoryBytes { get; init; }

    /// <summary>Greatest resident bytes.</summary>
    public long PeakMemoryBytes { get; init; }

    /// <summary>How many numbers it held.</summary>
    public ParameterCounts? Parameters { get; init; }

    /// <summary>This part after an earlier one: times add up, peaks do not.</summary>
    public RunCost After(RunCost earlier) => this with
    {
        Seconds = Seconds + earlier.Seconds,
        ProcessorSeconds = ProcessorSeconds + earlier.ProcessorSeconds,
        PeakMemoryBytes = Math.Max(PeakMemoryBytes, earlier.PeakMemoryBytes),
    };

    /// <summary>Writes cost.json, whole or not at all.</summary>
    public void Write(string path) => WholeFile.WriteText(path, JsonSerializer.Serialize(this, Layout) + "\n");

    /// <summary>Reads a cost.json; null where there is none.</summary>
    /// <exception cref="RunFolderException">It is damaged.</exception>
    public static RunCost? Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<RunCost>(File.ReadAllText(path), Layout) : null;
        }
        catch (JsonException damaged)
        {
            throw new RunFolderException($"{path} is no record of a run's cost: {damaged.Message} Remove it.", damaged);
        }
    }
}
