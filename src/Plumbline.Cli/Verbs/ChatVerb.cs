using System.CommandLine;
using Plumbline.Engine.Generation;
using Plumbline.Models.Decoder;
using Plumbline.Models.Tokens;
using TorchSharp;

namespace Plumbline.Cli.Verbs;

internal static class ChatVerb
{
    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        Option<string?> adapter = CommonOptions.Adapter();
        var system = new Option<string?>("--system") { HelpName = "TEXT", Description = "a system message, where the format has one" };
        var sampling = new SamplingOptionsSet();
        Option<int> threads = CommonOptions.Threads();
        Option<string> device = CommonOptions.Device();
        var command = new Verb("chat", "Talk with a model, a line at a time; an empty line or /exit ends.",
            """
            plumbline chat --model MODEL --temperature 0.7
            plumbline chat --model MODEL --adapter runs/grpo/final --system "Be brief."
            printf 'Hello\nAnd who are you?\n' | plumbline chat --model MODEL

            A conversation that outgrows the model's context loses its oldest turns.
            """)
        { model, adapter, system };
        sampling.AddTo(command);
        command.Add(device);
        command.Add(threads);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            GenerationOptions options = sampling.Read(parsed);
            torch.Device where = CommonOptions.Start(parsed, threads, device);
            using LoadedModel loaded = LoadedModel.Open(parsed.GetValue(model)!, parsed.GetValue(adapter), where);
            ChatMessage[] opening = parsed.GetValue(system) is { } instruction ? [new("system", instruction)] : [];
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
                int[] ids = Shorten(loaded, opening, turns, options.MaxNewTokens);
                try
                {
                    GenerationOptions fitting = sampling.Fit(parsed, options, loaded.Decoder.Config, ids.Length);
                    turns.Add(new ChatMessage("assistant", StreamingText.Write(loaded, ids, turn, fitting, "", cancellationToken).Text));
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
    private static int[] Shorten(LoadedModel loaded, ChatMessage[] opening, List<ChatMessage> turns, int newTokens)
    {
        int[] ids = loaded.Encode([.. opening, .. turns]);
        for (; turns.Count > 2 && ContextLength.Room(loaded.Decoder.Config, ids.Length) < newTokens; ids = loaded.Encode([.. opening, .. turns]))
            turns.RemoveRange(0, 2);
        return ids;
    }
}
