using System.CommandLine;
using Plumbline.Engine.Generation;
using Plumbline.Models.Chat;
using Plumbline.Models.Tokens;
using TorchSharp;

namespace Plumbline.Cli.Verbs;

internal static class GenerateVerb
{
    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        Option<string?> adapter = CommonOptions.Adapter();
        var prompt = new Option<string?>("--prompt") { HelpName = "TEXT", Description = "the text to continue" };
        var chat = new Option<bool>("--chat") { Description = "the prompt is a user's message: put it through the model's chat template" };
        var opening = new ConversationOptionsSet();
        var sampling = new SamplingOptionsSet();
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        Option<string> device = CommonOptions.Device();
        var precision = new PrecisionOptions();
        var command = new Verb("generate", "Continue a prompt.",
            """
            plumbline generate --model MODEL --prompt "Once upon a time" --temperature 0
            plumbline generate --model MODEL --prompt "A list:" --stop "." --max-tokens 40
            plumbline generate --model MODEL --adapter runs/grpo/final \
                --prompt "How do I renew my pass?" --chat --json
            plumbline generate --model MODEL --messages talk.json --tools tools.json

            --system, --messages, --tools and --chat-template-kwargs go through the chat
            template as --chat does; --prompt is then the last message, or left out.

            --json prints {"text", "token_ids", "logprobs", "finish_reason"}: log-probabilities
            in nats; the reason is "stop" (an end token or --stop) or "length".
            """)
        { model, adapter, prompt, chat };
        opening.AddTo(command);
        sampling.AddTo(command);
        foreach (Option option in new Option[] { json, device, threads })
            command.Add(option);
        precision.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            GenerationOptions options = sampling.Read(parsed);
            bool talks = parsed.GetValue(chat) || opening.Given(parsed);
            string? text = parsed.GetValue(prompt);
            Conversation conversation = opening.Read(parsed);
            if (text is not null)
                conversation = conversation.With([new ChatMessage("user", text)]);
            if (conversation.Messages.Count == 0 || (text is null && !talks))
                throw new UsageException("--prompt is missing; give it, or a conversation by --messages.");
            torch.Device where = CommonOptions.Start(parsed, threads, device);
            using LoadedModel loaded = LoadedModel.Open(parsed.GetValue(model)!, parsed.GetValue(adapter), where, precision.Read(parsed));
            int[] ids = talks ? loaded.Tokenizer.Chat.EncodePrompt(conversation) : loaded.Tokenizer.EncodePrompt(text!);
            options = sampling.Fit(parsed, options, loaded.Decoder.Config, ids.Length);
            Completion completion = parsed.GetValue(json)
                ? loaded.Generator.Generate([new GenerationRequest(ids)], options, cancellationToken: cancellationToken)[0]
                : StreamingText.Write(loaded, ids, 0, options, talks ? "" : text!, cancellationToken);
            if (parsed.GetValue(json))
                JsonOutput.Print(new { text = completion.Text, token_ids = completion.TokenIds, logprobs = completion.LogProbs, finish_reason = JsonOutput.Word(completion.FinishReason) });
            return Task.FromResult(CommandLineApp.Done);
        });
        return command;
    }
}
