namespace Plumbline.Training.Tests.Runs;

/// <summary>Tests that nothing may run beside: dropout draws from the process's one generator, and live tensors are counted for the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
