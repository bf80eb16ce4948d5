using System.CommandLine;
using Plumbline.Engine.Generation;
using Plumbline.Models.Tokens;

namespace Plumbline.Cli.Verbs;

internal static class ChatVerb
{
    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        Option<string?> adapter = CommonOptions.Adapter();
        var system = new Option<string?>("--system") { Description = "a system message, where the format has one" };
        var sampling = new SamplingOptionsSet();
        Option<int> threads = CommonOptions.Threads();
        var command = new Command("chat",
            """
            Talk with a model, a line at a time; an empty line or /exit ends.

              plumbline chat --model MODEL --adapter runs/grpo/final --temperature 0.7
            """)
        { model, adapter, system, threads };
        sampling.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            CommonOptions.Initialize(parsed.GetValue(threads));
            GenerationOptions options = sampling.Read(parsed);
            using LoadedModel loaded = LoadedModel.Open(parsed.GetValue(model)!, parsed.GetValue(adapter));
            var generator = new Generator(loaded.Decoder, loaded.Tokenizer);
            var messages = new List<ChatMessage>();
            if (parsed.GetValue(system) is { } instruction)
                messages.Add(new ChatMessage("system", instruction));
            for (int turn = 0; ; turn++)
            {
                Console.Write("> ");
                string? line = Console.ReadLine();
                if (string.IsNullOrWhiteSpace(line) || line.Trim() == "/exit")
                    return Task.FromResult(CommandLineApp.Done);
                messages.Add(new ChatMessage("user", line));
                int[] ids = loaded.Tokenizer.Encode(ChatFormat.Render(loaded.Tokenizer, messages), addSpecialTokens: !ChatFormat.UsesChatMl(loaded.Tokenizer));
                var stream = new StreamingText(loaded.Tokenizer, enabled: true);
                Completion completion = generator.Generate([new GenerationRequest(ids, turn)], options, (_, id) => stream.Add(id), cancellationToken)[0];
                stream.End();
                messages.Add(new ChatMessage("assistant", completion.Text));
            }
        });
        return command;
    }
}
