using System.Reflection;
using System.Runtime.Loader;
using Plumbline.Rewards;

namespace Plumbline.Training.Rewards.Assemblies;

/// <summary>Where a user's assembly lives with what it depends on, apart from ours but for the interface.</summary>
/// <remarks>What it depends on comes from its own folder, as its .deps.json says, so that it may use other versions of libraries than we do.</remarks>
internal sealed class RewardAssemblyContext(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
{
    private readonly AssemblyDependencyResolver _resolver = new(path);

    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name == typeof(IReward).Assembly.GetName().Name ? null
        : _resolver.ResolveAssemblyToPath(assemblyName) is { } file ? LoadFromAssemblyPath(file) : null;

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } file ? LoadUnmanagedDllFromPath(file) : 0;
}
