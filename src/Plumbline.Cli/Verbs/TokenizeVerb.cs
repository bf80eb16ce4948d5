using System.CommandLine;
using Plumbline.Models.Tokens;

namespace Plumbline.Cli.Verbs;

internal static class TokenizeVerb
{
    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        var text = new Option<string?>("--text") { Description = "the text" };
        var file = new Option<string?>("--file") { Description = "a file; each line is a text" };
        var noSpecial = new Option<bool>("--no-special") { Description = "leave out the tokens a model wants around a text" };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("tokenize",
            """
            Show how a text is cut into tokens.

              plumbline tokenize --model MODEL --text "Hello world"
              plumbline tokenize --model MODEL --file lines.txt --json
            """)
        { model, text, file, noSpecial, json };
        command.SetAction(parsed =>
        {
            string? given = parsed.GetValue(text), path = parsed.GetValue(file);
            if (given is null == path is null)
                throw new UsageException("Give either --text or --file.");
            Tokenizer tokenizer = TokenizerFolder.Load(parsed.GetValue(model)!);
            foreach (string line in given is not null ? [given] : File.ReadLines(path!))
            {
                int[] ids = tokenizer.Encode(line, addSpecialTokens: !parsed.GetValue(noSpecial));
                if (parsed.GetValue(json))
                    JsonOutput.Print(new { ids });
                else
                    Console.WriteLine($"{ids.Length} tokens: {string.Join(" ", ids.Select(id => $"{id}:{Quoted(tokenizer, id)}"))}");
            }
            return CommandLineApp.Done;
        });
        return command;
    }

    private static string Quoted(Tokenizer tokenizer, int id) => $"'{tokenizer.Decode([id], skipSpecialTokens: false).Replace("\n", "\\n")}'";
}
