using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Plumbline.Training.Rewards.Judges;

/// <summary>What a judge looks at: objectives, and for each what earns a high score.</summary>
/// <param name="Criteria">By objective, in the order of the scores.</param>
public sealed record JudgeRubric(IReadOnlyList<KeyValuePair<string, string>> Criteria)
{
    /// <summary>The objectives.</summary>
    public IReadOnlyList<string> Objectives { get; } = [.. Criteria.Select(criterion => criterion.Key)];

    /// <summary>Reads a YAML or JSON file of objectives and criteria.</summary>
    /// <exception cref="RewardException">The file cannot be read, or holds something else.</exception>
    public static JudgeRubric Load(string path)
    {
        try
        {
            var criteria = new DeserializerBuilder().Build().Deserialize<OrderedDictionary<string, string>?>(File.ReadAllText(path));
            return criteria is { Count: > 0 } && criteria.All(criterion => !string.IsNullOrWhiteSpace(criterion.Value)) ? new JudgeRubric([.. criteria])
                : throw new RewardException($"{path} holds no rubric. Write a line for each objective, such as politeness: Courteous throughout, never curt.");
        }
        catch (YamlException fault)
        {
            throw new RewardException($"{path} line {fault.Start.Line} is no rubric: {fault.InnerException?.Message ?? fault.Message} Write a line for each objective, such as politeness: Courteous throughout, never curt.", fault);
        }
    }
}
