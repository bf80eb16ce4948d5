using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using Plumbline.Training.Remote;

namespace Plumbline.Training.Rewards.Judges;

/// <summary>Chat models behind OpenAI's protocol, which most servers speak.</summary>
internal static class OpenAIJudges
{
    /// <summary>A client that asks again as the limits say.</summary>
    /// <param name="address">The protocol's root, such as http://localhost:8000/v1.</param>
    /// <param name="model">The model's name there.</param>
    /// <param name="apiKey">The key; null for a server that wants none.</param>
    /// <param name="limits">Patience.</param>
    public static IChatClient Connect(Uri address, string model, string? apiKey, RemoteLimits limits) => new ChatClient(
        model, new ApiKeyCredential(apiKey ?? "none"), new OpenAIClientOptions
        {
            Endpoint = address,
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            RetryPolicy = new ClientRetryPolicy(0), // the handler retries
            Transport = new HttpClientPipelineTransport(RemoteServer.CreateClient(limits)),
        }).AsIChatClient();
}
