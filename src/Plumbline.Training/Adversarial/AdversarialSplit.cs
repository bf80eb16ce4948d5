using System.Text.Json.Serialization;

namespace Plumbline.Training.Adversarial;

/// <summary>What a row of an adversarial set may be used for. Training sees <see cref="Train"/> alone; the others measure generalisation.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AdversarialSplit>))]
public enum AdversarialSplit
{
    /// <summary>For training.</summary>
    [JsonStringEnumMemberName("train")]
    Train,

    /// <summary>A request that training lacks, in a family that it has.</summary>
    [JsonStringEnumMemberName("heldout_behavior")]
    HeldOutBehavior,

    /// <summary>A request that training has, in a family that it lacks.</summary>
    [JsonStringEnumMemberName("heldout_family")]
    HeldOutFamily,

    /// <summary>Neither the request nor the family is in training.</summary>
    [JsonStringEnumMemberName("heldout_both")]
    HeldOutBoth,
}
