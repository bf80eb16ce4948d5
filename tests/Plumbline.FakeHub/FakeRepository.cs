using System.Security.Cryptography;
using System.Text;

namespace Plumbline.FakeHub;

/// <summary>A repository: commits, each a whole set of files, and names for some of them.</summary>
public sealed class FakeRepository(string name)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SortedDictionary<string, FakeFile>> _commits = [];
    private readonly Dictionary<string, string> _refs = [];
    private readonly List<string> _messages = [];

    /// <summary><c>org/name</c>.</summary>
    public string Name { get; } = name;

    /// <summary>Whether files are given only to those who accepted terms.</summary>
    public bool Gated { get; set; }

    /// <summary>Whether it is hidden from those without the token.</summary>
    public bool Private { get; set; }

    /// <summary>Messages of all commits, the first one first.</summary>
    public IReadOnlyList<string> Messages => _messages;

    /// <summary>Adds a commit on a branch.</summary>
    /// <returns>Its hash, which follows from the files and what came before.</returns>
    public string Commit(string branch, IEnumerable<FakeFile> changed, IEnumerable<string> removed, string message)
    {
        lock (_gate)
        {
            string? parent = _refs.GetValueOrDefault(branch);
            SortedDictionary<string, FakeFile> files = parent is null ? new(StringComparer.Ordinal) : new(_commits[parent], StringComparer.Ordinal);
            foreach (string path in removed)
                files.Remove(path);
            foreach (FakeFile file in changed)
                files[file.Path] = file;
            string text = $"{parent}\n{message}\n{string.Join('\n', files.Values.Select(f => $"{f.Path} {f.Size} {(f.Size < 1 << 20 ? f.Hash : "")}"))}";
#pragma warning disable CA5350 // an identity, no secret
            string commit = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5350
            _commits[commit] = files;
            _refs[branch] = commit;
            _messages.Add(message);
            return commit;
        }
    }

    /// <summary>The commit of a branch, a tag or a commit; null where there is none.</summary>
    public string? Resolve(string revision)
    {
        lock (_gate)
            return _refs.GetValueOrDefault(revision) ?? (_commits.ContainsKey(revision) ? revision : null);
    }

    /// <summary>The files of a commit, by their paths.</summary>
    public IReadOnlyDictionary<string, FakeFile> Files(string commit)
    {
        lock (_gate)
            return _commits[commit];
    }
}
