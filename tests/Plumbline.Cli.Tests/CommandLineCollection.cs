namespace Plumbline.Cli.Tests;

/// <summary>Tests that redirect the console, which is one for the process: they run one at a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class CommandLineCollection
{
    public const string Name = "command line";
}
