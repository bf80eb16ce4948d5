using System.Text.RegularExpressions;

namespace Plumbline.Models.Checkpoints;

/// <summary>PEFT's rule for patterns: the first whose regular expression the whole path, or its end after a dot, matches.</summary>
internal static class ModulePattern
{
    // A pattern comes from a file of a stranger; it may not hang the program.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    public static T Find<T>(IReadOnlyDictionary<string, T> patterns, string module, T otherwise)
    {
        foreach ((string pattern, T value) in patterns)
            if (Compile(pattern).IsMatch(module))
                return value;
        return otherwise;
    }

    public static bool IsValid(string pattern)
    {
        try
        {
            Compile(pattern);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static Regex Compile(string pattern) => new($@"^(.*\.)?({pattern})$", RegexOptions.CultureInvariant, Limit);
}
