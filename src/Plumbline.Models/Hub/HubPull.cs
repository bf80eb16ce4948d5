namespace Plumbline.Models.Hub;

/// <summary>Brings the files of a repository into the cache or a folder: several at once, each from where it broke off, each held against its hash.</summary>
public sealed class HubPull(HubClient hub, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Free bytes on the disk of a folder.</summary>
    internal Func<string, long> FreeBytes { get; init; } = folder => new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;

    /// <summary>Pulls a repository.</summary>
    /// <param name="name">Which.</param>
    /// <param name="selection">Which of its files.</param>
    /// <param name="localDirectory">The folder to put them in; null for the cache.</param>
    /// <param name="progress">Told as bytes arrive, from several threads; null for nobody.</param>
    /// <param name="cancellationToken">Stops; what was fetched is kept and the next pull goes on from there.</param>
    /// <exception cref="HubException">The hub refuses or fails, no file is wanted, or the disk has no room.</exception>
    public async Task<PullResult> RunAsync(HubName name, FileSelection selection, string? localDirectory, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var cache = new HubCache(hub.Settings.CacheDirectory);
        if (hub.Settings.Offline)
            return Held(cache, name, localDirectory);
        string commit = await hub.CommitAsync(name, cancellationToken);
        IReadOnlyList<HubFile> files = selection.Of(name, await hub.FilesAsync(name, commit, cancellationToken));
        ISnapshotStore store = localDirectory is null ? new CacheStore(cache, name, commit) : new FolderStore(localDirectory);
        ILookup<bool, HubFile> held = files.ToLookup(store.Holds);
        foreach (HubFile file in held[true])
            progress?.Report(new(file.Path, file.Size, file.Size, Kept: true));
        HubFile[] missing = [.. held[false].OrderByDescending(file => file.Size)];
        RequireSpace(store, missing);
        // Files of one content are one blob: fetched once.
        await Parallel.ForEachAsync(missing.GroupBy(file => file.Hash), new ParallelOptions { MaxDegreeOfParallelism = hub.Settings.Workers, CancellationToken = cancellationToken },
            async (same, stop) =>
            {
                foreach (HubFile file in same)
                    await FetchAsync(store, name, commit, file, progress, stop);
            });
        if (missing.Length > 0 || localDirectory is null)
            store.Complete();
        return new PullResult(store.Directory, commit, files, missing.Sum(file => file.Size));
    }

    private async Task FetchAsync(ISnapshotStore store, HubName name, string commit, HubFile file, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        using FileLock held = await FileLock.TakeAsync(store.Lock(file), _time, cancellationToken);
        if (!store.Holds(file)) // another process may have brought it meanwhile
        {
            await new BlobDownload(hub, name, commit, file, store.Staging(file), done => progress?.Report(new(file.Path, Math.Min(done, file.Size - 1), file.Size))).RunAsync(cancellationToken);
            store.Take(file);
        }
        progress?.Report(new(file.Path, file.Size, file.Size));
    }

    private static PullResult Held(HubCache cache, HubName name, string? localDirectory) =>
        cache.Find(name) is { } found && localDirectory is null
            ? new PullResult(found.Folder, found.Commit, [], 0)
            : throw new HubException($"{name} {(localDirectory is null ? $"is not in the cache ({cache.Directory})" : "cannot be brought into a folder")}, and the network must not be asked: --offline or HF_HUB_OFFLINE is set. Pull it without that.");

    private void RequireSpace(ISnapshotStore store, HubFile[] missing)
    {
        if (missing.Length == 0)
            return;
        string staging = Path.GetDirectoryName(store.Staging(missing[0]))!;
        Directory.CreateDirectory(staging);
        long Begun(HubFile file) => File.Exists(store.Staging(file)) ? new FileInfo(store.Staging(file)).Length : 0;
        long needed = missing.Sum(file => file.Size - Begun(file)), free = FreeBytes(staging);
        if (needed > free)
            throw new HubException($"The files need {needed / 1e9:N2} GB more, but the disk of {staging} has {free / 1e9:N2} GB free. Free space, choose another cache with HF_HOME, or pull fewer files with --include and --exclude.");
    }
}
