using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Plumbline.Training.Recipes.Binding;

namespace Plumbline.Cli;

/// <summary>Says what is wrong with a command line, in the user's words, with what was probably meant.</summary>
internal static partial class UsageErrors
{
    public static IEnumerable<string> Of(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (command is RootCommand)
        {
            string? word = parsed.UnmatchedTokens is [string first, ..] ? first : null;
            string[] verbs = [.. command.Subcommands.Select(c => c.Name)];
            yield return word is null ? $"Name a verb: {string.Join(", ", verbs)}." : $"There is no verb '{word}'.{Suggestion(word, verbs)} The verbs are {string.Join(", ", verbs)}.";
            yield break;
        }
        string[] options = [.. command.Options.Select(o => o.Name)];
        bool afterUnknownOption = false;
        foreach (string token in parsed.UnmatchedTokens)
        {
            bool isOption = token.StartsWith('-');
            if (isOption)
                yield return $"{command.Name} has no option '{token}'.{Suggestion(token.Split('=')[0], options)}";
            else if (!afterUnknownOption)
                yield return $"'{token}' stands where nothing is expected. Put a text with spaces into quotes.";
            afterUnknownOption = isOption;
        }
        foreach (ParseError error in parsed.Errors)
            if (!parsed.UnmatchedTokens.Any(t => error.Message.Contains($"'{t}'", StringComparison.Ordinal)))
                yield return Plain(error.Message);
    }

    private static string Plain(string message)
    {
        if (Unreadable().Match(message) is { Success: true } unreadable)
            return $"{unreadable.Groups["option"].Value} is '{unreadable.Groups["value"].Value}', but must be {(unreadable.Groups["type"].Value.Contains("Int") ? "a whole number" : "a number")}.";
        if (Missing().Match(message) is { Success: true } missing)
            return $"{missing.Groups["option"].Value} stands without its value.";
        return message.Replace("Option '", "").Replace("' is required.", " is missing; it is required.");
    }

    private static string Suggestion(string word, IEnumerable<string> known) => NearestWord.Find(word, known) is { } nearest ? $" Did you mean '{nearest}'?" : "";

    [GeneratedRegex(@"^Cannot parse argument '(?<value>.*)' for option '(?<option>[^']*)' as expected type '(?<type>[^']*)'")]
    private static partial Regex Unreadable();

    [GeneratedRegex(@"^Required argument missing for option: '(?<option>[^']*)'")]
    private static partial Regex Missing();
}
