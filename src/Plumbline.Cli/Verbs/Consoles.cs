using Spectre.Console;

namespace Plumbline.Cli.Verbs;

/// <summary>Where people are written to: standard output, or standard error when standard output is for a machine.</summary>
internal static class Consoles
{
    public static IAnsiConsole For(bool machine) => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(machine ? Console.Error : Console.Out) });
}
