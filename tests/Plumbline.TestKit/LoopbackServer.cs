using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Plumbline.TestKit;

/// <summary>A server of this process that answers as a test says.</summary>
public sealed class LoopbackServer : IDisposable
{
    private readonly HttpListener _listener;
    private readonly Func<LoopbackRequest, LoopbackReply> _answer;
    private readonly ConcurrentQueue<LoopbackRequest> _requests = new();

    /// <summary>Listens at once.</summary>
    /// <param name="answer">Called from several threads.</param>
    public LoopbackServer(Func<LoopbackRequest, LoopbackReply> answer)
    {
        _answer = answer;
        Address = new Uri($"http://127.0.0.1:{FreePort()}/");
        _listener = new HttpListener { Prefixes = { Address.ToString() } };
        _listener.Start();
        _ = ListenAsync();
    }

    public Uri Address { get; }

    /// <summary>What was asked so far.</summary>
    public IReadOnlyList<LoopbackRequest> Requests => [.. _requests];

    /// <summary>An address at which nobody listens.</summary>
    public static Uri Nobody => new($"http://127.0.0.1:{FreePort()}/");

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ListenAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                _ = Task.Run(() => Answer(context));
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        using var body = new StreamReader(context.Request.InputStream, Encoding.UTF8);
        var request = new LoopbackRequest(context.Request.HttpMethod, context.Request.Url!.AbsolutePath, body.ReadToEnd(), context.Request.Headers["Authorization"]);
        _requests.Enqueue(request);
        LoopbackReply reply = _answer(request);
        byte[] bytes = Encoding.UTF8.GetBytes(reply.Body);
        try
        {
            context.Response.StatusCode = reply.Status;
            context.Response.ContentType = "application/json";
            foreach ((string name, string value) in reply.Headers)
                context.Response.Headers[name] = value;
            context.Response.OutputStream.Write(bytes);
            context.Response.Close();
        }
        catch (Exception gone) when (gone is HttpListenerException or ObjectDisposedException)
        {
            // The client no longer waits.
        }
    }

    public void Dispose() => _listener.Close();
}
