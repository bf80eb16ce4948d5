namespace Plumbline.Models.Hub;

/// <summary>Where the hub is, who asks, and where files are kept: the environment variables of Hugging Face's own tools.</summary>
public sealed record HubSettings
{
    /// <summary>The address of the public hub.</summary>
    public const string PublicEndpoint = "https://huggingface.co";

    /// <summary>The hub's address, without a slash at its end: <c>HF_ENDPOINT</c>.</summary>
    public string Endpoint { get; init; } = PublicEndpoint;

    /// <summary>The user's token: <c>HF_TOKEN</c>, else the file <c>HF_TOKEN_PATH</c>, else <c>HF_HOME/token</c>; null for none.</summary>
    public string? Token { get; init; }

    /// <summary>The folder of the cache: <c>HF_HUB_CACHE</c>, else <c>HF_HOME/hub</c>, else <c>XDG_CACHE_HOME/huggingface/hub</c>, else <c>~/.cache/huggingface/hub</c>.</summary>
    public required string CacheDirectory { get; init; }

    /// <summary>Whether the network must not be asked: <c>HF_HUB_OFFLINE</c>.</summary>
    public bool Offline { get; init; }

    /// <summary>Files transferred at once; 8 as in huggingface_hub.</summary>
    public int Workers { get; init; } = 8;

    /// <summary>The settings of this process.</summary>
    public static HubSettings FromEnvironment() => From(Environment.GetEnvironmentVariable);

    internal static HubSettings From(Func<string, string?> variable)
    {
        string? Value(string name) => variable(name) is { } value && value.Trim().Length > 0 ? value.Trim() : null;
        string user = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string Expanded(string path) => path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? user + path[1..] : path;
        string home = Expanded(Value("HF_HOME") ?? Path.Combine(Value("XDG_CACHE_HOME") ?? Path.Combine(user, ".cache"), "huggingface"));
        string tokenFile = Expanded(Value("HF_TOKEN_PATH") ?? Path.Combine(home, "token"));
        return new HubSettings
        {
            Endpoint = (Value("HF_ENDPOINT") ?? PublicEndpoint).TrimEnd('/'),
            Token = Value("HF_TOKEN") ?? (File.Exists(tokenFile) && File.ReadAllText(tokenFile).Trim() is { Length: > 0 } token ? token : null),
            CacheDirectory = Expanded(Value("HF_HUB_CACHE") ?? Value("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(home, "hub")),
            Offline = Value("HF_HUB_OFFLINE")?.ToUpperInvariant() is "1" or "TRUE" or "YES" or "ON",
        };
    }
}
