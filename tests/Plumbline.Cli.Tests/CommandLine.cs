using System.Text.Json;

namespace Plumbline.Cli.Tests;

/// <summary>One command line run in this process, with what it wrote.</summary>
internal sealed record CommandLine(int ExitCode, string Output, string Error)
{
    /// <summary>The lines of standard output.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Standard output as JSON, one object a line; anything else there is a fault.</summary>
    public JsonElement[] Json => [.. Lines.Select(line => JsonElement.Parse(line))];

    public static Task<CommandLine> RunAsync(params string[] args) => RunAsync("", new StringWriter(), CancellationToken.None, args);

    /// <summary>With standard input, a writer for standard output, and a token that stops it as Ctrl-C would.</summary>
    public static async Task<CommandLine> RunAsync(string input, StringWriter output, CancellationToken stop, params string[] args)
    {
        (TextReader oldIn, TextWriter oldOut, TextWriter oldError) = (Console.In, Console.Out, Console.Error);
        using StringReader reader = new(input);
        using StringWriter error = new();
        try
        {
            Console.SetIn(reader);
            Console.SetOut(output);
            Console.SetError(error);
            int code = await CommandLineApp.RunAsync(args, stop);
            return new CommandLine(code, output.ToString(), error.ToString());
        }
        finally
        {
            Console.SetIn(oldIn);
            Console.SetOut(oldOut);
            Console.SetError(oldError);
        }
    }
}
