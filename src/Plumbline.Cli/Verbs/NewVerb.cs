using System.CommandLine;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Tokens;
using Plumbline.Training.Policies;

namespace Plumbline.Cli.Verbs;

internal static class NewVerb
{
    public static Command Create()
    {
        var shape = new Option<string>("--shape") { HelpName = "SHAPE", Description = $"{string.Join(", ", ModelShape.Names)}; or keys: width, layers, heads, kv_heads, head_dim, ffn, vocab, context, rope_theta, tied", Required = true };
        var family = new Option<string?>("--family") { HelpName = "NAME", Description = $"{string.Join(", ", ModelShape.Families)} (default: the named shape's own, else qwen2)" };
        var output = new Option<string>("--out") { HelpName = "DIR", Description = "the folder to make; new or empty", Required = true };
        var dtype = new Option<string>("--dtype") { HelpName = "TYPE", Description = "how weights are stored: float32, float16 or bfloat16", DefaultValueFactory = _ => "float32" };
        var seed = new Option<long>("--seed") { HelpName = "N", Description = "seed of the weights", DefaultValueFactory = _ => 1 };
        var tokenizer = new Option<string?>("--tokenizer") { HelpName = "DIR", Description = "a folder whose tokenizer is copied; without it, one token a byte" };
        Option<bool> json = CommonOptions.Json();
        var command = new Verb("new", "Make a model folder of random weights in a given shape, to measure time and memory with, or to train from nothing.",
            """
            plumbline new --shape 15m --out models/15m
            plumbline new --shape width=64,layers=2,heads=4,vocab=512 --out models/small
            plumbline new --shape 15m,layers=2 --family llama --tokenizer MODEL --out models/l2
            plumbline new --shape qwen2.5-7b --dtype bfloat16 --out models/7b    15 GB
            plumbline generate --model models/15m --prompt "Hello"
            """)
        { shape, family, output, dtype, seed, tokenizer, json };
        command.SetAction(parsed =>
        {
            ModelConfig config = Config(parsed.GetValue(shape)!, parsed.GetValue(family), parsed.GetValue(dtype)!);
            string directory = parsed.GetValue(output)!;
            CommonOptions.Start(0, "cpu");
            Tokenizer words = parsed.GetValue(tokenizer) is { } source ? TokenizerFolder.Load(source) : Bytes(config.VocabSize);
            words.RequireFits(config.VocabSize);
            config = config with { BosTokenId = words.BosTokenId, EosTokenIds = words.EosTokenId is { } eos ? [eos] : [], PadTokenId = words.PadTokenId };
            (long parameters, long bytes) = FreshFolder.Write(directory, config, parsed.GetValue(seed));
            words.Save(directory);
            string place = Path.GetFullPath(directory);
            if (parsed.GetValue(json))
                JsonOutput.Print(new { model = place, family = config.ModelType, parameters, bytes, dtype = config.DType, tokenizerIds = words.VocabularySize });
            else
                Console.WriteLine($"{config.Architecture} of {parameters:N0} random parameters ({bytes / 1e6:N1} MB, {config.DType}), a tokenizer of {words.VocabularySize:N0} ids: {place}");
            return CommandLineApp.Done;
        });
        return command;
    }

    // What the command line says wrongly is told as wrong usage, not as a broken folder.
    private static ModelConfig Config(string shape, string? family, string dtype)
    {
        try
        {
            return ModelShape.Parse(shape).ToConfig(family, dtype);
        }
        catch (CheckpointException fault)
        {
            throw new UsageException(fault.Message);
        }
    }

    private static Tokenizer Bytes(int rows)
    {
        int needed = 256 + ScratchModel.SpecialTokens.Count;
        return rows >= needed
            ? BpeTrainer.Train([], needed, ScratchModel.SpecialTokens).ToTokenizer()
            : throw new UsageException($"--shape has vocab={rows}, but 256 bytes and {ScratchModel.SpecialTokens.Count} special tokens need {needed}. Make it larger, or give a smaller vocabulary with --tokenizer.");
    }
}
