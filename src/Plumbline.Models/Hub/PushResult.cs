namespace Plumbline.Models.Hub;

/// <summary>What a push did.</summary>
/// <param name="Address">Where the repository is looked at.</param>
/// <param name="Commit">The commit that holds the folder; the one that was there when nothing had changed.</param>
/// <param name="Sent">Paths of the files that changed.</param>
/// <param name="Removed">Paths of weights of an earlier push that would have been read in their stead.</param>
/// <param name="Files">How many files the folder has.</param>
/// <param name="Bytes">Bytes of the files that changed.</param>
public sealed record PushResult(string Address, string Commit, IReadOnlyList<string> Sent, IReadOnlyList<string> Removed, int Files, long Bytes);
