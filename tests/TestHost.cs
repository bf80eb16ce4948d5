using System.Runtime.CompilerServices;
using Plumbline.Models.Native;

namespace Plumbline.TestKit;

internal static class TestHost
{
    /// <summary>libtorch must be found before the first tensor of any test; two threads keep sums in one order.</summary>
    [ModuleInitializer]
    internal static void Load() => NativeRuntime.Initialize(new NativeRuntimeOptions { Threads = 2 });
}
