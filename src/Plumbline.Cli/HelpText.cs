using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Text;
using Plumbline.Cli.Verbs;

namespace Plumbline.Cli;

/// <summary>Help that teaches by example: what a verb does, command lines to copy, then its options.</summary>
internal sealed class HelpText : SynchronousCommandLineAction
{
    private const int Narrowest = 60, Usual = 80, Widest = 100, LongestName = 24;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.Write(Of(parseResult.CommandResult.Command, Console.IsOutputRedirected ? Usual : Console.WindowWidth));
        return CommandLineApp.Done;
    }

    public static string Of(Command command, int width)
    {
        width = width <= 0 ? Usual : Math.Clamp(width, Narrowest, Widest);
        var text = new StringBuilder().AppendLine(Wrap(command.Description!, 0, width)).AppendLine();
        string arguments = string.Concat(command.Arguments.Select(a => $" [{a.Name.ToUpperInvariant()}]"));
        text.AppendLine(command is RootCommand ? "Usage: plumbline VERB [options]" : $"Usage: plumbline {command.Name}{arguments} [options]").AppendLine();
        text.AppendLine("Examples:").AppendLine(Indent(command is Verb verb ? verb.Examples : RootExamples)).AppendLine();
        if (command.Subcommands.Count > 0)
            text.AppendLine("Verbs:").AppendLine(Table(command.Subcommands.Select(c => (c.Name, c.Description!)), width))
                .AppendLine(Wrap("Every verb has help with examples of its own: plumbline VERB --help. `plumbline --version` names the build.", 0, width)).AppendLine()
                .AppendLine(Wrap("Exit codes: 0 done, 1 failed, 2 wrong usage or recipe, 130 interrupted (a training run is then saved).", 0, width));
        else
            text.AppendLine("Options:").Append(Table(
                [.. command.Arguments.Select(a => (a.Name.ToUpperInvariant(), a.Description!)), .. command.Options.Select(o => (Name(o), Description(o)))], width));
        return text.ToString();
    }

    private const string RootExamples =
        """
        plumbline quickstart                     the whole job in minutes, no download
        plumbline reward --data labels.jsonl --out runs/reward
        plumbline grpo --model MODEL --reward runs/reward/final \
            --prompts prompts.jsonl --out runs/grpo
        plumbline generate --model runs/grpo/final --prompt "Hello"
        """;

    private static string Name(Option option) => option.ValueType == typeof(bool) ? option.Name : $"{option.Name} {option.HelpName ?? "VALUE"}";

    private static string Description(Option option)
    {
        string fallback = option.HasDefaultValue && option.ValueType != typeof(bool) ? Convert.ToString(option.GetDefaultValue(), CultureInfo.InvariantCulture) ?? "" : "";
        return option.Description + (option.Required ? " (required)" : fallback.Length > 0 ? $" (default {fallback})" : "");
    }

    private static string Table(IEnumerable<(string Name, string Description)> rows, int width)
    {
        (string Name, string Description)[] all = [.. rows];
        int column = Math.Min(LongestName, all.Max(r => r.Name.Length)) + 4;
        var text = new StringBuilder();
        foreach ((string name, string description) in all)
        {
            string wrapped = Wrap(description, column, width);
            text.AppendLine(name.Length + 4 <= column ? $"  {name}".PadRight(column) + wrapped : $"  {name}{Environment.NewLine}{new string(' ', column)}{wrapped}");
        }
        return text.ToString();
    }

    private static string Indent(string text) => string.Join(Environment.NewLine, text.Split('\n').Select(line => line.Length > 0 ? "  " + line.TrimEnd('\r') : ""));

    // Lines after the first begin at `indent`.
    private static string Wrap(string text, int indent, int width)
    {
        var lines = new List<StringBuilder> { new() };
        foreach (string word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines[^1].Length > 0 && indent + lines[^1].Length + 1 + word.Length > width)
                lines.Add(new());
            lines[^1].Append(lines[^1].Length > 0 ? " " : "").Append(word);
        }
        return string.Join(Environment.NewLine + new string(' ', indent), lines);
    }
}
