using System.CommandLine;

namespace Plumbline.Cli.Verbs;

/// <summary>A verb: what it does in one line, and how it is used, by example.</summary>
internal sealed class Verb(string name, string summary, string examples) : Command(name, summary)
{
    /// <summary>Command lines to copy, and what else one must know; at most 80 columns.</summary>
    public string Examples => examples;
}
