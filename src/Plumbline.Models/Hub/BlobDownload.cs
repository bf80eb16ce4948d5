using System.Net;
using System.Net.Http.Headers;

namespace Plumbline.Models.Hub;

/// <summary>Brings the bytes of one file into one place on the disk, from where an earlier attempt broke off, and holds them against their hash.</summary>
internal sealed class BlobDownload(HubClient hub, HubName name, string commit, HubFile file, string staging, Action<long> report)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    /// <summary>Downloads until the file is whole.</summary>
    /// <exception cref="HubException">The hub refuses, went on failing, or sent other contents twice.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (bool again = false; ; again = true)
        {
            await GatherAsync(cancellationToken);
            if (file.IsWhole(staging))
                return;
            File.Delete(staging);
            if (again)
                throw new HubException($"{name}: {file.Path} was fetched twice, and both times its contents had not the hash {file.Hash} that the hub names. A proxy or mirror may alter it; see HF_ENDPOINT.");
        }
    }

    private async Task GatherAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(staging)!);
        using FileStream target = new(staging, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0);
        if (target.Length > file.Size)
            target.SetLength(0);
        for (int attempt = 1; target.Length < file.Size; attempt++)
        {
            long before = target.Length;
            string broken = $"{file.Path} broke off";
            Exception? cause = null;
            try
            {
                await AppendAsync(target, cancellationToken);
            }
            catch (Exception fault) when (HubHttp.IsPassing(fault, cancellationToken))
            {
                (broken, cause) = ($"{file.Path} broke off ({fault.Message})", fault);
            }
            if (target.Length >= file.Size)
                return;
            if (target.Length > before)
                attempt = 1; // it moves on
            else if (attempt == HubHttp.MaxAttempts)
                throw new HubException($"{name}: {broken} {HubHttp.MaxAttempts} times after {target.Length:N0} of {file.Size:N0} bytes. Pull again to go on from there.", cause);
            await hub.Http.WaitAsync(attempt, null, cancellationToken);
        }
    }

    private async Task AppendAsync(FileStream target, CancellationToken cancellationToken)
    {
        target.Position = target.Length;
        HttpRequestMessage Request()
        {
            var request = new HttpRequestMessage(HttpMethod.Get, hub.FileAddress(name, commit, file));
            if (target.Length > 0)
                request.Headers.Range = new RangeHeaderValue(target.Length, null);
            return request;
        }
        using HttpResponseMessage response = await hub.Http.SendAsync(Request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            target.SetLength(0); // from the beginning, at the next attempt
            return;
        }
        await hub.Check(name)(response, cancellationToken);
        if (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != target.Length)
            target.SetLength(0); // the server sends all of it
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        byte[] buffer = new byte[1 << 18];
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        while (true)
        {
            silence.CancelAfter(Silence);
            int read = await body.ReadAsync(buffer, silence.Token);
            if (read == 0)
                return;
            await Write(target, buffer.AsMemory(0, read), cancellationToken);
            report(target.Length);
            if (target.Length > file.Size)
                return; // more than was announced: the hash will say so
        }
    }

    private static async Task Write(FileStream target, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await target.WriteAsync(bytes, cancellationToken);
        }
        catch (IOException fault)
        {
            throw new HubException($"{target.Name} cannot be written: {fault.Message} Free space, or choose another cache with HF_HOME; then pull again to go on from there.", fault);
        }
    }
}
