namespace Plumbline.Training.Experiments.Results;

/// <summary>The machine that an experiment ran on.</summary>
public sealed record MachineDescription
{
    /// <summary>The processor's name.</summary>
    public string Cpu { get; init; } = "unknown";

    /// <summary>Logical processors that the process may use.</summary>
    public int Cores { get; init; }

    /// <summary>Memory that the process may use, bytes.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>The operating system.</summary>
    public string Os { get; init; } = "unknown";

    /// <summary>Versions by component, such as <c>dotnet</c>, <c>libtorch</c>, <c>plumbline</c>.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();

    /// <summary>The machine that this process runs on.</summary>
    public static MachineDescription Here()
    {
        System.Text.Json.Nodes.JsonObject here = Runs.RunEnvironment.Describe();
        string[] versions = ["plumbline", "dotnet", "libtorch", "torchsharp"];
        return new MachineDescription
        {
            Cpu = (string)here["cpu"]!,
            Cores = (int)here["processors"]!,
            MemoryBytes = (long)here["memory_bytes"]!,
            Os = (string)here["os"]!,
            Versions = versions.ToDictionary(v => v, v => (string)here[v]!),
        };
    }
}
