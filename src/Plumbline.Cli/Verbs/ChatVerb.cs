using System.CommandLine;
using Plumbline.Engine.Generation;
using Plumbline.Models.Chat;
using Plumbline.Models.Decoder;
using TorchSharp;

namespace Plumbline.Cli.Verbs;

internal static class ChatVerb
{
    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        Option<string?> adapter = CommonOptions.Adapter();
        var opening = new ConversationOptionsSet();
        var sampling = new SamplingOptionsSet();
        Option<int> threads = CommonOptions.Threads();
        Option<string> device = CommonOptions.Device();
        var precision = new PrecisionOptions();
        var command = new Verb("chat", "Talk with a model, a line at a time; an empty line or /exit ends.",
            """
            plumbline chat --model MODEL --temperature 0.7
            plumbline chat --model MODEL --adapter runs/grpo/final --system "Be brief."
            plumbline chat --model MODEL --messages so-far.json --tools tools.json
            printf 'Hello\nAnd who are you?\n' | plumbline chat --model MODEL

            The model's chat template makes the text it reads. A conversation that
            outgrows the model's context loses its oldest turns.
            """)
        { model, adapter };
        opening.AddTo(command);
        sampling.AddTo(command);
        command.Add(device);
        command.Add(threads);
        precision.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            GenerationOptions options = sampling.Read(parsed);
            Conversation begun = opening.Read(parsed);
            torch.Device where = CommonOptions.Start(parsed, threads, device);
            using LoadedModel loaded = LoadedModel.Open(parsed.GetValue(model)!, parsed.GetValue(adapter), where, precision.Read(parsed));
            var turns = new List<ChatMessage>();
            for (int turn = 0; ; turn++)
            {
                if (!Console.IsInputRedirected)
                    Console.Write("> ");
                // Reading a line cannot be cancelled, so it waits on a thread that Ctrl-C may leave behind.
                string? line = await Task.Run(Console.In.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);
                if (string.IsNullOrWhiteSpace(line) || line.Trim() == "/exit")
                    return CommandLineApp.Done;
                turns.Add(new ChatMessage("user", line));
                int[] ids = Shorten(loaded, begun, turns, options.MaxNewTokens);
                try
                {
                    GenerationOptions fitting = sampling.Fit(parsed, options, loaded.Decoder.Config, ids.Length);
                    turns.Add(new ChatMessage(ChatMessage.Assistant, StreamingText.Write(loaded, ids, turn, fitting, "", cancellationToken).Text));
                }
                catch (ContextLengthException tooLong) when (!Console.IsInputRedirected)
                {
                    await Console.Error.WriteLineAsync($"error: {tooLong.Message}");
                    turns.Clear();
                }
            }
        });
        return command;
    }

    // Drops a question with its answer until the rest fits, or only the new question is left.
    private static int[] Shorten(LoadedModel loaded, Conversation begun, List<ChatMessage> turns, int newTokens)
    {
        int[] ids = loaded.Tokenizer.Chat.EncodePrompt(begun.With(turns));
        for (; turns.Count > 2 && ContextLength.Room(loaded.Decoder.Config, ids.Length) < newTokens; ids = loaded.Tokenizer.Chat.EncodePrompt(begun.With(turns)))
            turns.RemoveRange(0, 2);
        return ids;
    }
}
