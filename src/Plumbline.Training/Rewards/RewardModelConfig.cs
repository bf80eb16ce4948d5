using System.Text.Json.Nodes;
using Plumbline.Models.Chat;
using Plumbline.Models.Tokens;

namespace Plumbline.Training.Rewards;

/// <summary>What a reward model's folder says beyond transformers' words: how texts are read and scores are made.</summary>
/// <param name="Sigmoid">Whether scores go through a sigmoid.</param>
/// <param name="MaxLength">Tokens of a row at most; null for the model's context.</param>
/// <param name="Lowercase">Whether texts are read in lower case.</param>
/// <param name="ChatTemplate">Whether prompt and completion are written as a conversation in the tokenizer's chat template.</param>
internal sealed record RewardModelConfig(bool Sigmoid, int? MaxLength, bool Lowercase, bool ChatTemplate = false)
{
    private const string ActivationKey = "plumbline_score_activation", MaxLengthKey = "plumbline_max_length", LowercaseKey = "plumbline_lowercase", ChatTemplateKey = "plumbline_chat_template", SigmoidWord = "sigmoid";

    /// <summary>Reads a folder's words; one that has none of ours is read in its chat template where it has one, as others' reward models expect.</summary>
    public static RewardModelConfig Read(JsonObject json, Tokenizer tokenizer) => new(
        (string?)json[ActivationKey] == SigmoidWord, (int?)json[MaxLengthKey], (bool?)json[LowercaseKey] ?? false,
        (bool?)json[ChatTemplateKey] ?? (json[ActivationKey] is null && ChatFormat.Exists(tokenizer)));

    public void AddTo(JsonObject json)
    {
        json[ActivationKey] = Sigmoid ? SigmoidWord : "identity";
        json[MaxLengthKey] = MaxLength;
        json[LowercaseKey] = Lowercase;
        json[ChatTemplateKey] = ChatTemplate;
    }
}
