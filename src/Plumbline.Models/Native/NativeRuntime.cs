using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Security.Cryptography;
using TorchSharp;

namespace Plumbline.Models.Native;

/// <summary>Loads libtorch before the first tensor, on any Linux that runs .NET, and sets how it runs.</summary>
/// <remarks>
/// libLibTorchSharp.so 0.107 names the symbol version GLIBCXX_3.4.32 for one symbol that is never called; an older libstdc++
/// (Debian 12, Ubuntu 22.04) refuses it. Where the original does not load, a copy with that one need marked weak is written to
/// the user's cache folder and loaded in its place.
/// </remarks>
public static class NativeRuntime
{
    private const string Binding = "libLibTorchSharp.so";
    private const string TooNewVersion = "GLIBCXX_3.4.32";
    private static readonly Lock Gate = new();
    private static NativeRuntimeReport? _report;

    /// <summary>Loads libtorch once per process, tunes the allocator and sets the thread count. Later calls only set the threads.</summary>
    /// <returns>What was found and done.</returns>
    /// <exception cref="NativeLoadException">libtorch does not load; the message says what to install.</exception>
    public static NativeRuntimeReport Initialize(NativeRuntimeOptions? options = null)
    {
        options ??= new NativeRuntimeOptions();
        lock (Gate)
        {
            _report ??= Load(options);
            if (options.Threads > 0)
                torch.set_num_threads(options.Threads);
            return _report;
        }
    }

    private static NativeRuntimeReport Load(NativeRuntimeOptions options)
    {
        long start = Stopwatch.GetTimestamp();
        bool tuned = GlibcAllocator.Tune();
        OpenMpPatience.Set();
        string? directory = null, mended = null;
        try
        {
            if (OperatingSystem.IsLinux())
                (directory, mended) = LoadOnLinux(options);
            _ = torch.__version__;
            using Tensor probe = torch.zeros(1);
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException or TypeInitializationException or NotSupportedException or EntryPointNotFoundException)
        {
            throw new NativeLoadException(Advice(failure), failure);
        }
        return new NativeRuntimeReport(directory, mended, tuned, Stopwatch.GetElapsedTime(start));
    }

    private static (string? Directory, string? MendedCopy) LoadOnLinux(NativeRuntimeOptions options)
    {
        string[] directories = ((string?)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        string? Find(string file) => directories.Append(AppContext.BaseDirectory).Select(d => Path.Combine(d, file)).FirstOrDefault(File.Exists);

        if (Find(Binding) is not { } binding)
            return (null, null);
        // The binding's own dependencies lie in another package's folder, where the loader would not look.
        if (Find("libtorch_cpu.so") is { } libtorch)
        {
            string folder = Path.GetDirectoryName(libtorch)!;
            string? openMp = Directory.GetFiles(folder, "libgomp*.so*").FirstOrDefault();
            foreach (string library in new[] { openMp, Path.Combine(folder, "libc10.so"), libtorch, Path.Combine(folder, "libtorch.so") }.OfType<string>())
                NativeLibrary.Load(library);
        }
        string? mended = null;
        if (!NativeLibrary.TryLoad(binding, out nint handle))
        {
            mended = WriteMendedCopy(binding, options.CacheDirectory ?? CacheDirectory());
            handle = NativeLibrary.Load(mended);
        }
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) => name.Contains("LibTorchSharp", StringComparison.Ordinal) ? handle : 0;
        return (Path.GetDirectoryName(binding), mended);
    }

    /// <summary>The user's cache folder for Plumbline: XDG_CACHE_HOME or the platform's own place.</summary>
    public static string CacheDirectory()
    {
        string? home = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(home))
            home = OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(home, "plumbline");
    }

    /// <summary>Writes the mended binding, keyed by the original's hash; whole or not at all, as two processes may start at once.</summary>
    internal static string WriteMendedCopy(string binding, string cacheDirectory)
    {
        byte[] image = File.ReadAllBytes(binding);
        string key = Convert.ToHexStringLower(SHA256.HashData(image))[..16];
        string copy = Path.Combine(cacheDirectory, "native", key, Binding);
        if (File.Exists(copy) && new FileInfo(copy).Length == image.Length)
            return copy;
        if (ElfVersionNeeds.MarkWeak(image, TooNewVersion) == 0)
            throw new NativeLoadException($"{binding} does not load, and not for its need of {TooNewVersion}. {Advice(null)}");
        try
        {
            return WriteWhole(copy, image);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            return WriteWhole(Path.Combine(Path.GetTempPath(), $"plumbline-{Environment.UserName}", key, Binding), image);
        }
    }

    private static string WriteWhole(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string temporary = $"{path}.{Environment.ProcessId}";
        File.WriteAllBytes(temporary, content);
        File.Move(temporary, path, overwrite: true);
        return path;
    }

    private static string Advice(Exception? failure)
    {
        string cause = failure?.InnerException?.Message ?? failure?.Message ?? "";
        string remedy = OperatingSystem.IsWindows()
            ? "On Windows, TorchSharp 0.107.0 does not load with libtorch 2.10 (dotnet/TorchSharp#1567): build with another version, e.g. -p:TorchSharpVersion=0.106.0 -p:LibTorchVersion=2.7.1.1, install the Visual C++ 2022 runtime, or use WSL."
            : OperatingSystem.IsLinux()
                ? "Install libstdc++6 and libgomp1 (Debian, Ubuntu: apt-get install libstdc++6 libgomp1) on a glibc-based x64 Linux, and let the program reference the package libtorch-cpu-linux-x64 (2.10.0 fits TorchSharp 0.107.0)."
                : "On macOS only Apple silicon has a libtorch package (libtorch-cpu-osx-arm64).";
        return $"libtorch cannot be loaded. {remedy}{(cause.Length > 0 ? $" The system said: {cause}" : "")}";
    }
}
