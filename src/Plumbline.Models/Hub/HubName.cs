using System.Text.RegularExpressions;

namespace Plumbline.Models.Hub;

/// <summary>The name of a repository, with the revision that is meant: <c>org/name</c>, <c>org/name@revision</c>, <c>datasets/org/name</c>.</summary>
/// <param name="Repository">Owner and name, or the name alone of the oldest models (<c>gpt2</c>).</param>
/// <param name="Revision">A branch, a tag or a commit.</param>
/// <param name="Kind">Model or data set.</param>
public sealed partial record HubName(string Repository, string Revision = HubName.DefaultRevision, HubRepoKind Kind = HubRepoKind.Model)
{
    /// <summary>The branch that is meant where none is named.</summary>
    public const string DefaultRevision = "main";

    private const string DatasetPrefix = "datasets/";

    /// <summary>The owner; empty where the name has none.</summary>
    public string Owner => Repository.Contains('/') ? Repository.Split('/')[0] : "";

    /// <summary>Whether the revision names a commit, which never changes.</summary>
    public bool IsCommit => CommitForm().IsMatch(Revision);

    /// <summary>The path of the repository in the hub's API: <c>models/org/name</c>.</summary>
    internal string ApiPath => $"{Collection}/{Repository}";

    /// <summary>The path before <c>/resolve</c>: models stand at the root, data sets do not.</summary>
    internal string WebPath => Kind == HubRepoKind.Dataset ? DatasetPrefix + Repository : Repository;

    /// <summary>The folder's name in a cache: <c>models--org--name</c>.</summary>
    internal string CacheFolder => $"{Collection}--{Repository.Replace("/", "--", StringComparison.Ordinal)}";

    private string Collection => Kind == HubRepoKind.Dataset ? "datasets" : "models";

    /// <summary>Reads a name; null where the text cannot be one.</summary>
    public static HubName? TryParse(string text)
    {
        HubRepoKind kind = text.StartsWith(DatasetPrefix, StringComparison.Ordinal) ? HubRepoKind.Dataset : HubRepoKind.Model;
        Match match = Form().Match(kind == HubRepoKind.Dataset ? text[DatasetPrefix.Length..] : text);
        string repository = match.Groups["repository"].Value;
        if (!match.Success || repository.Contains("--", StringComparison.Ordinal) || text.Contains("..", StringComparison.Ordinal))
            return null;
        return new(repository, match.Groups["revision"] is { Success: true } revision ? revision.Value : DefaultRevision, kind);
    }

    /// <summary>Reads a name.</summary>
    /// <exception cref="HubException">The text cannot be a name.</exception>
    public static HubName Parse(string text) => TryParse(text)
        ?? throw new HubException($"'{text}' is no name of the hub. A name is org/name or org/name@revision, such as Qwen/Qwen2.5-0.5B-Instruct; datasets/org/name for a data set.");

    /// <summary>The name as <see cref="Parse"/> reads it.</summary>
    public override string ToString() => Revision == DefaultRevision ? WebPath : $"{WebPath}@{Revision}";

    [GeneratedRegex(@"^(?<repository>(?:[A-Za-z0-9][\w.-]{0,95}/)?[A-Za-z0-9_][\w.-]{0,95})(?:@(?<revision>[\w][\w./-]*))?$")]
    private static partial Regex Form();

    [GeneratedRegex("^[0-9a-f]{40}$")]
    private static partial Regex CommitForm();
}
