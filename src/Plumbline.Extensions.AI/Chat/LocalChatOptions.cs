using Plumbline.Engine.Generation;
using Plumbline.Engine.Sampling;

namespace Plumbline.Extensions.AI.Chat;

/// <summary>A chat client over a local model: which model, and how it answers where a call does not say it.</summary>
/// <remarks>The names are those of Microsoft.Extensions.AI's <c>ChatOptions</c> where the meaning is the same; a call's own options win.</remarks>
public sealed class LocalChatOptions
{
    private const int UsualMaxOutputTokens = 512;

    /// <summary>The model's folder, as Hugging Face lays it out, or its name on the hub once it was pulled.</summary>
    public string Model { get; set; } = "";

    /// <summary>A PEFT adapter's folder for that model; null for the model as it is. Clients of one model share its weights, whatever their adapters.</summary>
    public string? Adapter { get; set; }

    /// <summary>Where to run: <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; set; } = "cpu";

    /// <summary>A system message for conversations that have none; null for none.</summary>
    public string? Instructions { get; set; }

    /// <summary>New tokens at most, at least 1; null for 512, or what the model's context leaves.</summary>
    public int? MaxOutputTokens { get; set; }

    /// <summary>Logits are divided by this, at least 0; 0 takes the likeliest token.</summary>
    public double Temperature { get; set; } = 1.0;

    /// <summary>Keep the likeliest tokens that together reach this probability, in (0, 1]; 1 keeps all.</summary>
    public double TopP { get; set; } = 1.0;

    /// <summary>Keep the k likeliest tokens; 0 keeps all.</summary>
    public int TopK { get; set; }

    /// <summary>Drop tokens less likely than this share of the likeliest, in [0, 1); 0 drops none.</summary>
    public double MinP { get; set; }

    /// <summary>Above 1 discourages tokens that are already there; 1 changes nothing.</summary>
    public double RepetitionPenalty { get; set; } = 1.0;

    /// <summary>Seed of the draw: the same seed and conversation give the same answer. Null draws anew each time.</summary>
    public long? Seed { get; set; }

    /// <summary>Texts that end an answer.</summary>
    public IList<string> StopSequences { get; init; } = [];

    /// <summary>How tokens are drawn; <see cref="Seed"/> aside, which a call may draw.</summary>
    internal GenerationOptions ToGenerationOptions() => new()
    {
        MaxNewTokens = MaxOutputTokens ?? UsualMaxOutputTokens,
        StopStrings = [.. StopSequences],
        Sampling = new SamplingOptions { Temperature = Temperature, TopP = TopP, TopK = TopK, MinP = MinP, RepetitionPenalty = RepetitionPenalty, Seed = Seed ?? 0 },
    };
}
