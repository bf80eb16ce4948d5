using System.CommandLine;
using Plumbline.Engine.Segments;
using Plumbline.Training.Data;

namespace Plumbline.Cli.Verbs;

internal static class LogProbsVerb
{
    private const int RowsAtOnce = 16;

    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        Option<string?> adapter = CommonOptions.Adapter();
        var data = new Option<string>("--data") { Description = "JSONL with prompt and completion, or prompt_ids and completion_ids", Required = true };
        var temperature = new Option<double>("--temperature") { Description = "logits are divided by it", DefaultValueFactory = _ => 1.0 };
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        var command = new Command("logprobs",
            """
            Log-probabilities (nats) of completions' tokens under a model.

              plumbline logprobs --model MODEL --data rows.jsonl --json
              plumbline logprobs --model MODEL --adapter runs/grpo/final --data rows.jsonl --json
            """)
        { model, adapter, data, temperature, json, threads };
        command.SetAction((parsed, cancellationToken) =>
        {
            CommonOptions.Initialize(parsed.GetValue(threads));
            double heat = parsed.GetValue(temperature);
            if (!(heat > 0))
                throw new UsageException($"--temperature is {heat}, but it must be above 0; 1 changes nothing.");
            using LoadedModel loaded = LoadedModel.Open(parsed.GetValue(model)!, parsed.GetValue(adapter));
            foreach (TokenPair[] batch in JsonLines.Read(parsed.GetValue(data)!).Select(line => TokenPair.From(line, loaded.Tokenizer, loaded.Decoder.Config.VocabSize)).Chunk(RowsAtOnce))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Print(batch, loaded, heat, parsed.GetValue(json));
            }
            return Task.FromResult(CommandLineApp.Done);
        });
        return command;
    }

    private static void Print(TokenPair[] batch, LoadedModel loaded, double temperature, bool json)
    {
        using TokenRows rows = TokenRows.Pack([.. batch.Select(r => r.PromptIds)], [.. batch.Select(r => r.CompletionIds)]);
        using TokenLogProbs forward = TokenLogProbs.Forward(loaded.Decoder, rows, temperature);
        float[] flat = [.. forward.LogProbs.data<float>()];
        int width = flat.Length / batch.Length;
        for (int i = 0; i < batch.Length; i++)
        {
            float[] logProbs = flat[(i * width)..(i * width + batch[i].CompletionIds.Length)];
            double sum = logProbs.Sum(p => (double)p);
            if (json)
                JsonOutput.Print(new { completion_ids = batch[i].CompletionIds, logprobs = logProbs, sum, mean = sum / Math.Max(1, logProbs.Length) });
            else
                Console.WriteLine($"row {batch[i].Line}: {logProbs.Length} tokens, sum {sum:F4}, mean {sum / Math.Max(1, logProbs.Length):F4}");
        }
    }
}
