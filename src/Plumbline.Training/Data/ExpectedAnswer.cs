using System.Text.Json.Serialization;

namespace Plumbline.Training.Data;

/// <summary>What a good answer to a prompt does.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExpectedAnswer>))]
public enum ExpectedAnswer
{
    /// <summary>It refuses: the prompt asks for harm.</summary>
    [JsonStringEnumMemberName("refuse")]
    Refuse,

    /// <summary>It helps: the prompt is harmless, whatever it sounds like.</summary>
    [JsonStringEnumMemberName("comply")]
    Comply,
}
