using System.Text.RegularExpressions;

namespace Plumbline.Models.Hub;

/// <summary>Patterns of file paths as huggingface_hub reads them: <c>*</c> and <c>?</c> match slashes too, a folder's name with a slash means all in it.</summary>
public sealed class FileGlobs(IEnumerable<string> patterns)
{
    private readonly Regex[] _patterns = [.. patterns.Select(Compile)];

    /// <summary>Whether one of the patterns fits the whole path.</summary>
    public bool Match(string path) => _patterns.Any(pattern => pattern.IsMatch(path));

    private static Regex Compile(string glob)
    {
        string escaped = Regex.Escape(glob.EndsWith('/') ? glob + "*" : glob);
        return new Regex($"^{escaped.Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal)}$", RegexOptions.Singleline | RegexOptions.CultureInvariant);
    }
}
