using System.Net;

namespace Plumbline.Models.Hub;

/// <summary>A stretch of a file as the body of a request, told about as it goes out.</summary>
internal sealed class FilePart(string file, long offset, long length, Action<long> report) : HttpContent
{
    protected override bool TryComputeLength(out long size)
    {
        size = length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using FileStream source = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        source.Position = offset;
        byte[] buffer = new byte[1 << 18];
        for (long sent = 0; sent < length;)
        {
            int read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - sent)), cancellationToken);
            if (read == 0)
                throw new HubException($"{file} became shorter while it was sent. Push again when nothing writes to it.");
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            sent += read;
            report(offset + sent);
        }
    }
}
