using System.Globalization;
using System.Text;

namespace Plumbline.Training.Adversarial;

/// <summary>The forms in which a template can quote a request.</summary>
public static class RequestForms
{
    private const string Letters = "aeiostb", Digits = "4310578";

    private static readonly Dictionary<string, Func<string, string>> ByName = new()
    {
        ["request"] = request => request,
        ["sentence"] = request => request[^1] is '.' or '?' or '!' ? request : request + ".",
        ["first"] = request => request[..Middle(request)].TrimEnd(),
        ["second"] = request => request[Middle(request)..].TrimStart(),
        ["words"] = request => string.Join(" | ", request.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
        ["base64"] = request => Convert.ToBase64String(Encoding.UTF8.GetBytes(request)),
        ["leetspeak"] = Leetspeak,
        ["reversed"] = Reversed,
    };

    /// <summary>Names of the forms, for messages.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>The request in a form: as it is (request), closed by a mark (sentence), its halves (first, second), its words parted (words), or encoded (base64, leetspeak, reversed).</summary>
    /// <param name="form">One of <see cref="Names"/>.</param>
    /// <param name="request">The bare request; not empty.</param>
    /// <exception cref="ArgumentException">There is no such form, or the request is empty.</exception>
    public static string Of(string form, string request)
    {
        ArgumentException.ThrowIfNullOrEmpty(request);
        return ByName.TryGetValue(form, out Func<string, string>? make)
            ? make(request)
            : throw new ArgumentException($"A template has the slot {{{form}}}, but a request has no such form. The forms are {string.Join(", ", Names)}.");
    }

    /// <summary>Where the second half begins: at the space nearest to the middle, or in the middle of one long word.</summary>
    private static int Middle(string request)
    {
        int half = request.Length / 2;
        int[] spaces = [.. Enumerable.Range(0, request.Length).Where(at => request[at] == ' ')];
        if (spaces.Length > 0)
            return spaces.MinBy(at => Math.Abs(at - half));
        return half > 0 && char.IsLowSurrogate(request[half]) ? half + 1 : half;
    }

    private static string Leetspeak(string request) =>
        string.Concat(request.Select(letter => Letters.IndexOf(char.ToLowerInvariant(letter)) is >= 0 and var at ? Digits[at] : letter));

    // By what a reader sees as one character, so that accents and pairs of surrogates stay whole.
    private static string Reversed(string request)
    {
        List<string> seen = [];
        for (TextElementEnumerator element = StringInfo.GetTextElementEnumerator(request); element.MoveNext();)
            seen.Add(element.GetTextElement());
        seen.Reverse();
        return string.Concat(seen);
    }
}
