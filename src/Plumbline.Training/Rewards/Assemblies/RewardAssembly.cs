using System.Reflection;
using Plumbline.Rewards;

namespace Plumbline.Training.Rewards.Assemblies;

/// <summary>Finds and makes the reward in a user's assembly.</summary>
public static class RewardAssembly
{
    /// <summary>Loads an assembly apart from ours and makes its reward.</summary>
    /// <param name="path">The .dll.</param>
    /// <param name="className">The class's full name; null takes the only one that is an <see cref="IReward"/>.</param>
    /// <returns>The reward, owned by the caller.</returns>
    /// <exception cref="RewardException">The file is no assembly, has no such class, or the class cannot be made.</exception>
    public static IReward Load(string path, string? className)
    {
        string full = Path.GetFullPath(path);
        try
        {
            Type found = Find(new RewardAssemblyContext(full).LoadFromAssemblyPath(full), path, className);
            return (IReward)Activator.CreateInstance(found)!;
        }
        catch (TargetInvocationException fault)
        {
            throw new RewardException($"{path}: the constructor of {className ?? "the reward"} threw {UserFault.Describe(fault.InnerException!)}", fault.InnerException);
        }
        catch (MissingMethodException fault)
        {
            throw new RewardException($"{path}: {className ?? "the reward"} has no public constructor without parameters, and nothing else is known to call. Give it one.", fault);
        }
        catch (ReflectionTypeLoadException fault)
        {
            throw new RewardException($"{path} cannot be loaded: {fault.LoaderExceptions.OfType<Exception>().First().Message} Build it with <EnableDynamicLoading>true</EnableDynamicLoading>, which puts what it depends on beside it.", fault);
        }
        catch (Exception fault) when (fault is BadImageFormatException or FileLoadException or FileNotFoundException)
        {
            throw new RewardException($"{path} cannot be loaded as a .NET assembly: {fault.Message}", fault);
        }
    }

    private static Type Find(Assembly assembly, string path, string? className)
    {
        Type[] rewards = [.. assembly.GetTypes().Where(type => !type.IsAbstract && typeof(IReward).IsAssignableFrom(type)).OrderBy(type => type.FullName, StringComparer.Ordinal)];
        string has = rewards.Length == 0
            ? $"It has no class that implements {typeof(IReward).FullName}."
            : $"Its rewards are {string.Join(", ", rewards.Select(type => type.FullName))}.";
        if (className is not null)
            return rewards.FirstOrDefault(type => type.FullName == className)
                ?? throw new RewardException($"{path} has no reward {className}: {(assembly.GetType(className) is null ? "there is no such class" : $"that class is abstract or does not implement {typeof(IReward).FullName}")}. {has}");
        return rewards is [Type only] ? only : throw new RewardException($"{path}: {has} {(rewards.Length == 0 ? "Implement it." : "Name one with class.")}");
    }
}
