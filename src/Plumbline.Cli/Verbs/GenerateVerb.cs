using System.CommandLine;
using Plumbline.Engine.Generation;
using Plumbline.Models.Tokens;

namespace Plumbline.Cli.Verbs;

internal static class GenerateVerb
{
    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        Option<string?> adapter = CommonOptions.Adapter();
        var prompt = new Option<string>("--prompt") { Description = "the text to continue", Required = true };
        var chat = new Option<bool>("--chat") { Description = "wrap the prompt in the model's chat format" };
        var sampling = new SamplingOptionsSet();
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        var command = new Command("generate",
            """
            Continue a prompt.

              plumbline generate --model MODEL --prompt "Once upon a time" --temperature 0
              plumbline generate --model MODEL --adapter runs/grpo/final --prompt "How do I renew my pass?" --json
            """)
        { model, adapter, prompt, chat, json, threads };
        sampling.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            CommonOptions.Initialize(parsed.GetValue(threads));
            GenerationOptions options = sampling.Read(parsed);
            using LoadedModel loaded = LoadedModel.Open(parsed.GetValue(model)!, parsed.GetValue(adapter));
            string text = parsed.GetValue(prompt)!;
            int[] ids = parsed.GetValue(chat)
                ? loaded.Tokenizer.Encode(ChatFormat.Render(loaded.Tokenizer, [new ChatMessage("user", text)]), addSpecialTokens: false)
                : loaded.Tokenizer.EncodePrompt(text);
            bool machine = parsed.GetValue(json);
            if (!machine && !parsed.GetValue(chat))
                Console.Write(text);
            var stream = new StreamingText(loaded.Tokenizer, options.StopStrings.Count == 0 && !machine);
            Completion completion = new Generator(loaded.Decoder, loaded.Tokenizer).Generate(
                [new GenerationRequest(ids)], options, (_, id) => stream.Add(id), cancellationToken)[0];
            if (machine)
                JsonOutput.Print(new { text = completion.Text, token_ids = completion.TokenIds, logprobs = completion.LogProbs, finish_reason = completion.FinishReason == FinishReason.Length ? "length" : "stop" });
            else if (options.StopStrings.Count > 0)
                Console.WriteLine(completion.Text);
            else
                stream.End();
            return Task.FromResult(CommandLineApp.Done);
        });
        return command;
    }
}
