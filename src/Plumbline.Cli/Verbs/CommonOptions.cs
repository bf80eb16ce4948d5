using System.CommandLine;
using Plumbline.Models.Native;

namespace Plumbline.Cli.Verbs;

/// <summary>Options that several verbs share.</summary>
internal static class CommonOptions
{
    public static Option<int> Threads() => new("--threads") { Description = "threads for tensor work; 0 takes one per core", DefaultValueFactory = _ => 0 };

    public static Option<bool> Json() => new("--json") { Description = "print one machine-readable object last" };

    public static Option<string> Model() => new("--model") { Description = "a Hugging Face model folder", Required = true };

    public static Option<string?> Adapter() => new("--adapter") { Description = "a PEFT adapter folder for that model" };

    public static void Initialize(int threads) => NativeRuntime.Initialize(new NativeRuntimeOptions { Threads = threads });
}
