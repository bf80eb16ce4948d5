namespace Plumbline.TestRewards;

/// <summary>Is no reward.</summary>
public sealed class Stranger;
