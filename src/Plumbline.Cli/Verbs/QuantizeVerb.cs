using System.CommandLine;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Quantization;
using Plumbline.Models.Tokens;
using TorchSharp;

namespace Plumbline.Cli.Verbs;

internal static class QuantizeVerb
{
    private const int ComparedTokens = 128;

    private const string SampleText =
        """
        The desk opens at nine. If your card has expired, bring it with you and we will print a new one while you wait; otherwise write to us first.
        def mean(values): return sum(values) / len(values)
        In 1969 two people walked on the Moon, 384,400 km away. Q: What is 17 * 3? A: 51. Vielen Dank und bis bald!
        """;

    public static Command Create()
    {
        var model = new Argument<string>("model") { Description = "a Hugging Face model folder" };
        var output = new Argument<string>("out") { Description = "the folder to make; new or empty" };
        var bits = new Option<int?>("--bits") { HelpName = "N", Description = "8 (int8, a scale an output) or 4 (nf4, a scale for 64 weights)" };
        var type = new Option<string?>("--type") { HelpName = "TYPE", Description = "int8 or nf4; the same in words" };
        var text = new Option<string?>("--text") { HelpName = "FILE", Description = $"text whose first {ComparedTokens} tokens the error is measured on (default: a few lines of prose, code and numbers)" };
        var noCheck = new Option<bool>("--no-check") { Description = "do not run both models to measure the error" };
        Option<int> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json();
        var command = new Verb("quantize", "Pack a model's projections into 8 or 4 bits, as a frozen base for adapters, and measure the error.",
            """
            plumbline quantize models/7b models/7b-nf4 --bits 4
            plumbline grpo recipes/grpo.yaml --set model=models/7b-nf4 --set adapter={}
            plumbline quantize models/7b models/7b-int8 --bits 8 --text sample.txt

            The folder is laid out as bitsandbytes' checkpoints are: transformers loads it where
            bitsandbytes is installed. Embedding, head, norms and biases stay as they are. Without
            a folder of its own: --quantization nf4, a recipe's `quantization: nf4`, packs on load.
            """)
        { model, output, bits, type, text, noCheck, threads, json };
        command.SetAction(parsed =>
        {
            QuantizationType wanted = Wanted(parsed.GetValue(bits), parsed.GetValue(type));
            string source = parsed.GetValue(model)!, directory = parsed.GetValue(output)!;
            string sample = parsed.GetValue(text) is { } file ? File.ReadAllText(file) : SampleText;
            CommonOptions.Start(parsed.GetValue(threads), "cpu");
            using CheckpointFolder folder = CheckpointFolder.Open(source);
            if (folder.Config.IsSequenceClassification)
                throw new UsageException($"{source} is a {folder.Config.Architecture}: it scores, it does not write. Name a ...ForCausalLM folder.");
            Tokenizer tokenizer = TokenizerFolder.Load(source);
            tokenizer.RequireFits(folder.Config.VocabSize);
            (long before, long after) = QuantizedFolder.Write(folder, directory, wanted);
            tokenizer.Save(directory);
            LogitGap? gap = parsed.GetValue(noCheck) ? null : Compare(folder, directory, tokenizer.Encode(sample));
            string place = Path.GetFullPath(directory);
            if (parsed.GetValue(json))
                JsonOutput.Print(new { model = place, type = wanted.ToString().ToLowerInvariant(), bytes_before = before, bytes = after, tokens = gap?.Tokens, mean_abs_logit_difference = gap?.MeanAbsolute, kl = gap?.Kl, top1_agreement = gap?.Top1Agreement });
            else
            {
                Console.WriteLine($"{folder.Config.Architecture} in {wanted.ToString().ToLowerInvariant()}, {after / 1e6:N1} MB of {before / 1e6:N1}: {place}");
                if (gap is not null)
                    Console.WriteLine($"Against the model before, on {gap.Tokens} tokens: logits differ by {gap.MeanAbsolute:F4} on average, KL {gap.Kl:G3} nats, the likeliest token is the same in {gap.Top1Agreement:P1}.");
            }
            return CommandLineApp.Done;
        });
        return command;
    }

    private static QuantizationType Wanted(int? bits, string? type) => (bits, type) switch
    {
        (8, null or "int8") or (null, "int8") => QuantizationType.Int8,
        (4, null or "nf4") or (null, "nf4") => QuantizationType.Nf4,
        (null, null) => throw new UsageException("--bits is missing: 8 for int8, 4 for nf4."),
        (not (null or 4 or 8), _) => throw new UsageException($"--bits is {bits}, but projections are packed into 8 (int8) or 4 (nf4)."),
        (_, not ("int8" or "nf4")) => throw new UsageException($"--type is '{type}', but must be int8 (8 bits) or nf4 (4 bits)."),
        _ => throw new UsageException($"--bits is {bits} and --type is {type}, which has {(type == "int8" ? 8 : 4)} bits. Leave one of them out."),
    };

    // One model after the other, each as its file has it.
    private static LogitGap Compare(CheckpointFolder before, string directory, int[] ids)
    {
        using var scope = torch.NewDisposeScope();
        int[] some = ids.Length > ComparedTokens ? ids[..ComparedTokens] : ids;
        using CheckpointFolder after = CheckpointFolder.Open(directory);
        return LogitGap.Of(Logits(before, some), Logits(after, some));
    }

    private static Tensor Logits(CheckpointFolder folder, int[] ids)
    {
        using var noGradient = torch.no_grad();
        using DecoderModel model = DecoderModel.Load(folder, new ModelPrecision(Held: null, Frozen: true));
        using var scope = torch.NewDisposeScope();
        return model.Logits(model.Hidden(torch.tensor(ids.Select(id => (long)id).ToArray()).unsqueeze(0)).squeeze(0)).MoveToOuterDisposeScope();
    }
}
