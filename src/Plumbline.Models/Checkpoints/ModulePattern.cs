using System.Text.RegularExpressions;

namespace Plumbline.Models.Checkpoints;

/// <summary>PEFT's rule for patterns: the first whose regular expression the whole path, or its end after a dot, matches.</summary>
internal static class ModulePattern
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    public static T Find<T>(IReadOnlyDictionary<string, T> patterns, string module, T otherwise)
    {
        foreach ((string pattern, T value) in patterns)
            if (Regex.IsMatch(module, $@"^(.*\.)?({pattern})$", RegexOptions.CultureInvariant, Limit))
                return value;
        return otherwise;
    }
}
