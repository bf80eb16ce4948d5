using System.ComponentModel;

namespace Plumbline.Training.Recipes;

/// <summary>How data is read, whatever it is for.</summary>
public abstract record DataReading
{
    /// <summary>Columns under other names: ours to the file's, such as <c>{prompt: question, completion: answer}</c>.</summary>
    [Description("columns under other names, such as {prompt: question}")]
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new OrderedDictionary<string, string>();

    /// <summary>What becomes of a row that cannot be used.</summary>
    [Description("a row that cannot be used: an error, or left out and counted")]
    public OnBadRow OnBadRow { get; init; } = OnBadRow.Error;

    /// <summary>Whether rows stay on disk, for data larger than memory: they are gone through once, to find the faulty and where each begins, and read and encoded anew when their step comes. Hugging Face datasets' word.</summary>
    [Description("whether rows stay on disk until their step comes, for data larger than memory")]
    public bool Streaming { get; init; }

    /// <summary>When a pass over weighted sources ends. Hugging Face datasets' word and default.</summary>
    [Description("when a pass over weighted sources ends")]
    public StoppingStrategy StoppingStrategy { get; init; } = StoppingStrategy.FirstExhausted;
}
