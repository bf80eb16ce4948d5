namespace Plumbline.Training.Rewards;

/// <summary>A reward source that holds a model in this process.</summary>
public interface IParameterCount
{
    /// <summary>Its parameters.</summary>
    long ParameterCount { get; }
}
