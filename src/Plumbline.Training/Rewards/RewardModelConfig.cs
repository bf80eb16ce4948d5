using System.Text.Json.Nodes;

namespace Plumbline.Training.Rewards;

/// <summary>What a reward model's folder says beyond transformers' words: how texts are read and scores are made.</summary>
/// <param name="Sigmoid">Whether scores go through a sigmoid.</param>
/// <param name="MaxLength">Tokens of a row at most; null for the model's context.</param>
/// <param name="Lowercase">Whether texts are read in lower case.</param>
internal sealed record RewardModelConfig(bool Sigmoid, int? MaxLength, bool Lowercase)
{
    private const string ActivationKey = "plumbline_score_activation", MaxLengthKey = "plumbline_max_length", LowercaseKey = "plumbline_lowercase", SigmoidWord = "sigmoid";

    public static RewardModelConfig Read(JsonObject json) => new((string?)json[ActivationKey] == SigmoidWord, (int?)json[MaxLengthKey], (bool?)json[LowercaseKey] ?? false);

    public void AddTo(JsonObject json)
    {
        json[ActivationKey] = Sigmoid ? SigmoidWord : "identity";
        json[MaxLengthKey] = MaxLength;
        json[LowercaseKey] = Lowercase;
    }
}
