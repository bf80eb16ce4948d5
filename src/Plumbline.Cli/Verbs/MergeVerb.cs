using System.CommandLine;
using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Tokens;
using Plumbline.Training.Runs;

namespace Plumbline.Cli.Verbs;

internal static class MergeVerb
{
    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        var adapter = new Option<string>("--adapter") { HelpName = "MODEL", Description = "the PEFT adapter to merge: a folder, or a hub name that was pulled", Required = true };
        var output = new Option<string>("--out") { HelpName = "DIR", Description = "the folder to write", Required = true };
        var dtype = new Option<string?>("--dtype") { HelpName = "TYPE", Description = "how weights are stored: float32, float16 or bfloat16; the base's own by default" };
        Option<bool> json = CommonOptions.Json();
        var command = new Verb("merge", "Merge an adapter into its base: a whole model that every program loads without PEFT.",
            """
            plumbline merge --model org/base --adapter runs/grpo/final --out merged
            plumbline push merged me/front-desk

            Weights over 5 GB are split into shards. The adapter's model card goes along.
            """)
        { model, adapter, output, dtype, json };
        command.SetAction(parsed =>
        {
            string source = parsed.GetValue(model)!, path = parsed.GetValue(output)!, learned = parsed.GetValue(adapter)!;
            if (parsed.GetValue(dtype) is { } type && type is not ("float32" or "float16" or "bfloat16"))
                throw new UsageException($"--dtype is '{type}', but weights are stored as float32, float16 or bfloat16.");
            ModelExport.RequireOtherFolder(path, source);
            CommonOptions.Start(0, "cpu");
            using CheckpointFolder folder = ModelExport.OpenLanguageModel(source);
            Tokenizer tokenizer = TokenizerFolder.Load(source);
            tokenizer.RequireFits(folder.Config.VocabSize);
            using MergedWeights merged = MergedWeights.Open(folder, learned);
            merged.Write(path, parsed.GetValue(dtype));
            tokenizer.Save(path);
            ModelCard.CopyMerged(learned, path);
            string place = Path.GetFullPath(path);
            long bytes = ModelExport.Bytes(path);
            if (parsed.GetValue(json))
                JsonOutput.Print(new { output = place, bytes });
            else
                Console.WriteLine($"{folder.Config.Architecture} with its adapter merged, {bytes / 1e6:N1} MB: {place}");
            return CommandLineApp.Done;
        });
        return command;
    }
}
