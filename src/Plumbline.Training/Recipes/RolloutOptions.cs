using System.ComponentModel;
using Plumbline.Core.Losses;
using Plumbline.Training.Remote;

namespace Plumbline.Training.Recipes;

/// <summary>Where an online run samples: here, or from a server that is given each new adapter. The correction's words are TRL's.</summary>
public sealed record RolloutOptions : IValidated
{
    /// <summary>Where completions are sampled.</summary>
    [Description("where completions are sampled")]
    public RolloutType Type { get; init; } = RolloutType.Local;

    /// <summary>vllm: the server's root, such as http://localhost:8000.</summary>
    [Description("vllm: the server's root, such as http://localhost:8000")]
    public string? Url { get; init; }

    /// <summary>vllm: the base model's name at the server (its <c>--served-model-name</c>); null for the recipe's <c>model</c>.</summary>
    [Description("vllm: the base's name at the server; null = the recipe's model")]
    public string? Model { get; init; }

    /// <summary>vllm: whether the server loads the adapter after each update; otherwise it samples from the base as it is, further and further from the policy.</summary>
    [Description("vllm: the server loads the adapter after each update")]
    public bool AdapterSync { get; init; } = true;

    /// <summary>vllm: the folder that adapters are handed over in, which the server must see under the same path; null for one in the run's folder.</summary>
    [Description("vllm: folder the server sees too, for adapters; null = in the run's")]
    public string? AdapterDir { get; init; }

    /// <summary>vllm: the environment variable that holds the server's key; null sends none.</summary>
    [Description("vllm: environment variable with the key; null = none")]
    public string? ApiKeyEnv { get; init; }

    /// <summary>vllm: how long one attempt may take, seconds.</summary>
    [Description("vllm: seconds that one attempt may take")]
    public double TimeoutSeconds { get; init; } = 600;

    /// <summary>vllm: further attempts where a failure may pass.</summary>
    [Description("vllm: further attempts where a failure may pass")]
    public int MaxRetries { get; init; } = 4;

    /// <summary>vllm: prompts under way at once; the server batches them.</summary>
    [Description("vllm: prompts under way at once")]
    public int Concurrency { get; init; } = 64;

    /// <summary>vllm: whether the surrogate is weighted by policy over sampler, which differ by rounding and kernels at least.</summary>
    [Description("vllm: weigh the loss by policy over sampler")]
    public bool VllmImportanceSamplingCorrection { get; init; } = true;

    /// <summary>vllm: how the ratio is held. TRL's default.</summary>
    [Description("vllm: how that ratio is held")]
    public SamplerCorrectionMode VllmImportanceSamplingMode { get; init; } = SamplerCorrectionMode.SequenceMask;

    /// <summary>vllm: the greatest ratio, above 0. TRL's default.</summary>
    [Description("vllm: the greatest ratio")]
    public double VllmImportanceSamplingCap { get; init; } = 3;

    /// <summary>What the losses need; null where our own policy sampled, or nothing is corrected.</summary>
    public SamplerCorrection? ToCorrection() => Type is RolloutType.Local || !VllmImportanceSamplingCorrection ? null : new SamplerCorrection
    {
        Level = VllmImportanceSamplingMode is SamplerCorrectionMode.TokenTruncate or SamplerCorrectionMode.TokenMask ? ImportanceSamplingLevel.Token : ImportanceSamplingLevel.Sequence,
        Masks = VllmImportanceSamplingMode is SamplerCorrectionMode.TokenMask or SamplerCorrectionMode.SequenceMask,
        Cap = VllmImportanceSamplingCap,
    };

    /// <summary>The key that <see cref="ApiKeyEnv"/> names; null where none is sent.</summary>
    public string? ApiKey() => ApiKeyEnv is null ? null : Environment.GetEnvironmentVariable(ApiKeyEnv);

    /// <summary>How patiently the server is asked.</summary>
    public RemoteLimits ToLimits() => new() { Timeout = TimeSpan.FromSeconds(TimeoutSeconds), MaxRetries = MaxRetries };

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        if (Type is RolloutType.Vllm)
            faults.Given(Url, "Name the server's root, such as http://localhost:8000.");
        faults.Require(Type is RolloutType.Vllm || Url is null, Url, "only type vllm asks a server. Remove it, or set rollout.type to vllm.");
        faults.Require(string.IsNullOrWhiteSpace(Url) || Uri.TryCreate(Url, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https", Url, "an address begins with http:// or https://.");
        faults.Require(ApiKeyEnv is null || !string.IsNullOrEmpty(ApiKey()), ApiKeyEnv, "there is no such environment variable, or it is empty. Set it to the server's key, and give its name here, not the key.");
        faults.Require(TimeoutSeconds is > 0 and <= 86400, TimeoutSeconds, "an attempt takes some time, at most a day. A usual value is 600.");
        faults.Require(MaxRetries >= 0, MaxRetries, "attempts are counted from 0. 0 asks once; 4 is usual.");
        faults.Require(Concurrency >= 1, Concurrency, "at least one prompt is under way. A usual value is 64.");
        faults.Require(VllmImportanceSamplingCap is > 0 and < double.PositiveInfinity, VllmImportanceSamplingCap, "the greatest ratio must be a number above 0. A usual value is 3.");
        return faults;
    }
}
