namespace Plumbline.Training.Recipes;

/// <summary>When a pass over sources that are mixed by weights ends. The words are those of Hugging Face's datasets.</summary>
public enum StoppingStrategy
{
    /// <summary>When the first source has given its last row: no row comes twice.</summary>
    FirstExhausted,

    /// <summary>When every source has given its last row: those that end earlier begin anew.</summary>
    AllExhausted,
}
