using System.CommandLine;
using Plumbline.Models.Tokens;
using Plumbline.Training.Data;

namespace Plumbline.Cli.Verbs;

internal static class TokenizeVerb
{
    public static Command Create()
    {
        var model = new Option<string>("--model") { HelpName = "DIR", Description = "a folder with tokenizer files; weights are not needed", Required = true };
        var text = new Option<string?>("--text") { HelpName = "TEXT", Description = "the text" };
        var file = new Option<string?>("--file") { HelpName = "FILE", Description = "a file; each line is a text" };
        var noSpecial = new Option<bool>("--no-special") { Description = "leave out the tokens a model wants around a text" };
        Option<bool> json = CommonOptions.Json();
        var command = new Verb("tokenize", "Show how a text is cut into tokens.",
            """
            plumbline tokenize --model MODEL --text "Hello world"
            plumbline tokenize --model MODEL --file lines.txt --json

            --json prints {"ids": [...]}, for a file one object a line.
            """)
        { model, text, file, noSpecial, json };
        command.SetAction((parsed, cancellationToken) =>
        {
            string? given = parsed.GetValue(text), path = parsed.GetValue(file);
            if (given is null == path is null)
                throw new UsageException("Give either --text or --file.");
            if (path is not null && !File.Exists(path))
                throw new DataException(path, 0, "there is no such file. Name a text file with --file; each of its lines is a text.");
            Tokenizer tokenizer = TokenizerFolder.Load(parsed.GetValue(model)!);
            foreach (string line in given is not null ? [given] : File.ReadLines(path!))
            {
                cancellationToken.ThrowIfCancellationRequested();
                int[] ids = tokenizer.Encode(line, addSpecialTokens: !parsed.GetValue(noSpecial));
                if (parsed.GetValue(json))
                    JsonOutput.Print(new { ids });
                else
                    Console.WriteLine($"{ids.Length} tokens: {string.Join(" ", ids.Select(id => $"{id}:{Quoted(tokenizer, id)}"))}");
            }
            return Task.FromResult(CommandLineApp.Done);
        });
        return command;
    }

    // As in the midst of a text, so that a token shows the space it begins with.
    private static string Quoted(Tokenizer tokenizer, int id)
    {
        IncrementalDecoder decoder = tokenizer.CreateDecoder(skipSpecialTokens: false, startOfText: false);
        return $"'{(decoder.Add(id) + decoder.Flush()).Replace("\n", "\\n")}'";
    }
}
