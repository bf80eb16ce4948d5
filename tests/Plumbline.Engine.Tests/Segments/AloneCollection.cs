namespace Plumbline.Engine.Tests.Segments;

/// <summary>Tests that nothing may run beside: they change the default type, draw from the process's one generator, or count live tensors.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
