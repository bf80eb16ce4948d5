using System.Net;

namespace Plumbline.Training.Runs;

/// <summary>Makes plain text safe inside HTML.</summary>
internal static class HtmlText
{
    /// <summary>Escapes markup and quotes; control characters, which HTML forbids, become visible.</summary>
    public static string Escape(string text) =>
        WebUtility.HtmlEncode(string.Concat(text.Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '\uFFFD' : c)));
}
