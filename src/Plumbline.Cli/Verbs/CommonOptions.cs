using System.CommandLine;
using Plumbline.Models.Native;
using Plumbline.Training.Runs;
using TorchSharp;

namespace Plumbline.Cli.Verbs;

/// <summary>Options that several verbs share.</summary>
internal static class CommonOptions
{
    public static Option<int> Threads() => new("--threads") { HelpName = "N", Description = "threads for tensor work; 0 takes one per core", DefaultValueFactory = _ => 0 };

    public static Option<string> Device() => new("--device") { HelpName = "NAME", Description = "where to run: cpu, cuda or cuda:N", DefaultValueFactory = _ => "cpu" };

    public static Option<bool> Json() => new("--json") { Description = "print machine-readable JSON and nothing else on standard output" };

    public static Option<string> Model() => new("--model") { HelpName = "MODEL", Description = "a Hugging Face model folder, or a hub name that was pulled (org/name)", Required = true };

    public static Option<string?> Adapter() => new("--adapter") { HelpName = "MODEL", Description = "a PEFT adapter for that model: a folder, or a hub name that was pulled" };

    /// <summary>Loads libtorch and finds the device, before anything is read.</summary>
    public static torch.Device Start(ParseResult parsed, Option<int> threads, Option<string> device) => Start(parsed.GetValue(threads), parsed.GetValue(device)!);

    /// <inheritdoc cref="Start(ParseResult, Option{int}, Option{string})"/>
    public static torch.Device Start(int threads, string device)
    {
        if (threads < 0)
            throw new UsageException($"--threads is {threads}, but a number of threads is not negative; 0 takes one per core.");
        if (!ComputeDevice.IsName(device))
            throw new UsageException($"--device is '{device}', but a device is cpu, cuda or cuda:N.");
        NativeRuntime.Initialize(new NativeRuntimeOptions { Threads = threads });
        ProcessMemory.MarkResting();
        return ComputeDevice.Find(device);
    }
}
