using System.CommandLine;
using Plumbline.Engine.Generation;
using Plumbline.Models.Tokens;
using TorchSharp;

namespace Plumbline.Cli.Verbs;

internal static class GenerateVerb
{
    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        Option<string?> adapter = CommonOptions.Adapter();
        var prompt = new Option<string>("--prompt") { HelpName = "TEXT", Description = "the text to continue", Required = true };
        var chat = new Option<bool>("--chat") { Description = "wrap the prompt in the model's chat format" };
        var sampling = new SamplingOptionsSet();
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        Option<string> device = CommonOptions.Device();
        var command = new Verb("generate", "Continue a prompt.",
            """
            plumbline generate --model MODEL --prompt "Once upon a time" --temperature 0
            plumbline generate --model MODEL --prompt "A list:" --stop "." --max-tokens 40
            plumbline generate --model MODEL --adapter runs/grpo/final \
                --prompt "How do I renew my pass?" --chat --json

            --json prints {"text", "token_ids", "logprobs", "finish_reason"}: log-probabilities
            in nats; the reason is "stop" (an end token or --stop) or "length".
            """)
        { model, adapter, prompt, chat };
        sampling.AddTo(command);
        foreach (Option option in new Option[] { json, device, threads })
            command.Add(option);
        command.SetAction((parsed, cancellationToken) =>
        {
            GenerationOptions options = sampling.Read(parsed);
            torch.Device where = CommonOptions.Start(parsed, threads, device);
            using LoadedModel loaded = LoadedModel.Open(parsed.GetValue(model)!, parsed.GetValue(adapter), where);
            string text = parsed.GetValue(prompt)!;
            int[] ids = parsed.GetValue(chat) ? loaded.Encode([new ChatMessage("user", text)]) : loaded.Tokenizer.EncodePrompt(text);
            options = sampling.Fit(parsed, options, loaded.Decoder.Config, ids.Length);
            Completion completion = parsed.GetValue(json)
                ? loaded.Generator.Generate([new GenerationRequest(ids)], options, cancellationToken: cancellationToken)[0]
                : StreamingText.Write(loaded, ids, 0, options, parsed.GetValue(chat) ? "" : text, cancellationToken);
            if (parsed.GetValue(json))
                JsonOutput.Print(new { text = completion.Text, token_ids = completion.TokenIds, logprobs = completion.LogProbs, finish_reason = JsonOutput.Word(completion.FinishReason) });
            return Task.FromResult(CommandLineApp.Done);
        });
        return command;
    }
}
