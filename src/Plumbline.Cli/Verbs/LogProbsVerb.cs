using System.CommandLine;
using Plumbline.Engine.Segments;
using Plumbline.Models.Decoder;
using Plumbline.Training.Data;
using TorchSharp;

namespace Plumbline.Cli.Verbs;

internal static class LogProbsVerb
{
    private const int RowsAtOnce = 16;

    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        Option<string?> adapter = CommonOptions.Adapter();
        var data = new Option<string>("--data") { HelpName = "FILE", Description = "rows (.jsonl, .json, .csv, .parquet) with prompt and completion, or prompt_ids and completion_ids", Required = true };
        var temperature = new Option<double>("--temperature") { HelpName = "X", Description = "logits are divided by it", DefaultValueFactory = _ => 1.0 };
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        Option<string> device = CommonOptions.Device();
        var precision = new PrecisionOptions();
        var command = new Verb("logprobs", "Log-probabilities (nats) of completions' tokens under a model.",
            """
            plumbline logprobs --model MODEL --data rows.jsonl --json
            plumbline logprobs --model MODEL --adapter runs/grpo/final --data rows.jsonl

            A row is {"prompt": "...", "completion": "..."}, or, for models without a
            tokenizer, {"prompt_ids": [...], "completion_ids": [...]}. --json prints one
            object a row: {"completion_ids", "logprobs", "sum", "mean"}.
            """)
        { model, adapter, data, temperature, json, device, threads };
        precision.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            double heat = parsed.GetValue(temperature);
            if (!(heat > 0 && double.IsFinite(heat)))
                throw new UsageException($"--temperature is {heat}, but must be a number above 0; 1 changes nothing.");
            torch.Device where = CommonOptions.Start(parsed, threads, device);
            using LoadedModel loaded = LoadedModel.Open(parsed.GetValue(model)!, parsed.GetValue(adapter), where, precision.Read(parsed), needsTokenizer: false);
            bool any = false;
            foreach (TokenPair[] batch in RowReader.Read(parsed.GetValue(data)!).Select(line => Read(line, loaded)).Chunk(RowsAtOnce))
            {
                any = true;
                cancellationToken.ThrowIfCancellationRequested();
                Print(batch, loaded, where, heat, parsed.GetValue(json));
            }
            return any ? Task.FromResult(CommandLineApp.Done) : throw new DataException(parsed.GetValue(data)!, 0, "the file holds no rows.");
        });
        return command;
    }

    private static TokenPair Read(DataRow line, LoadedModel loaded)
    {
        TokenPair pair = TokenPair.From(line, () => loaded.Tokenizer, loaded.Decoder.Config.VocabSize);
        ContextLength.Require(loaded.Decoder.Config, $"{line.Place}: the prompt", pair.PromptIds.Length, pair.CompletionIds.Length);
        return pair;
    }

    private static void Print(TokenPair[] batch, LoadedModel loaded, torch.Device device, double temperature, bool json)
    {
        using var scope = torch.NewDisposeScope();
        using TokenRows rows = TokenRows.Pack([.. batch.Select(r => r.PromptIds)], [.. batch.Select(r => r.CompletionIds)], device);
        using TokenLogProbs forward = TokenLogProbs.Forward(loaded.Decoder, rows, temperature);
        float[] flat = [.. forward.LogProbs.cpu().data<float>()];
        int width = flat.Length / batch.Length;
        for (int i = 0; i < batch.Length; i++)
        {
            float[] logProbs = flat[(i * width)..(i * width + batch[i].CompletionIds.Length)];
            double sum = logProbs.Sum(p => (double)p), mean = sum / Math.Max(1, logProbs.Length);
            if (json)
                JsonOutput.Print(new { completion_ids = batch[i].CompletionIds, logprobs = logProbs, sum, mean });
            else
                Console.WriteLine($"{batch[i].Place}: {logProbs.Length} tokens, sum {sum:F4}, mean {mean:F4}");
        }
    }
}
