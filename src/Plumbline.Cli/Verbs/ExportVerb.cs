using System.CommandLine;
using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Tokens;

namespace Plumbline.Cli.Verbs;

internal static class ExportVerb
{
    private static readonly Dictionary<string, (GgufType Gguf, string? DType)> Types = new()
    {
        ["f32"] = (GgufType.F32, "float32"),
        ["f16"] = (GgufType.F16, "float16"),
        ["q8_0"] = (GgufType.Q8, null),
    };

    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        Option<string?> adapter = CommonOptions.Adapter();
        var format = new Option<string>("--format") { HelpName = "NAME", Description = "gguf (llama.cpp, Ollama) or hf (Hugging Face folder)", DefaultValueFactory = _ => "gguf" };
        var output = new Option<string>("--out") { HelpName = "PATH", Description = "the file (gguf) or folder (hf) to write", Required = true };
        var type = new Option<string?>("--type") { HelpName = "TYPE", Description = "f32, f16 or q8_0 (gguf only); f16 for gguf, the model's own for hf" };
        Option<bool> json = CommonOptions.Json();
        var command = new Verb("export", "Write a model for other programs, an adapter merged into it.",
            """
            plumbline export --model MODEL --out model.gguf
            plumbline export --model MODEL --adapter runs/grpo/final \
                --type q8_0 --out aligned.gguf
            plumbline export --model MODEL --adapter runs/grpo/final \
                --format hf --out aligned/

            GGUF holds weights and tokenizer in one file, which llama.cpp, Ollama and
            LM Studio load. Families: llama, mistral, qwen2, qwen3.
            """)
        { model, adapter, format, output, type, json };
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(output)!, source = parsed.GetValue(model)!;
            bool gguf = parsed.GetValue(format) switch
            {
                "gguf" => true,
                "hf" => false,
                var other => throw new UsageException($"--format is '{other}', but a format is gguf or hf."),
            };
            (GgufType Gguf, string? DType)? stored = parsed.GetValue(type) is not { } name ? null
                : Types.TryGetValue(name, out var known) ? known
                : throw new UsageException($"--type is '{name}', but a type is {string.Join(", ", Types.Keys)}.");
            if (!gguf && stored is { DType: null })
                throw new UsageException("--type is q8_0, which a Hugging Face folder does not know. Choose f32 or f16, or --format gguf.");
            if (gguf && Directory.Exists(path))
                throw new UsageException($"--out is {path}, which is a folder. Name a file, such as {Path.Combine(path, "model.gguf")}.");
            if (!gguf)
                ModelExport.RequireOtherFolder(path, source);
            CommonOptions.Start(0, "cpu");
            using CheckpointFolder folder = ModelExport.OpenLanguageModel(source);
            Tokenizer tokenizer = TokenizerFolder.Load(source);
            tokenizer.RequireFits(folder.Config.VocabSize);
            using MergedWeights merged = MergedWeights.Open(folder, parsed.GetValue(adapter));
            if (gguf)
                GgufFile.Write(path, folder.Config, merged.Read, tokenizer, stored?.Gguf ?? GgufType.F16, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder.Directory))));
            else
            {
                merged.Write(path, stored?.DType);
                tokenizer.Save(path);
            }
            long bytes = gguf ? new FileInfo(path).Length : ModelExport.Bytes(path);
            string place = Path.GetFullPath(path);
            if (parsed.GetValue(json))
                JsonOutput.Print(new { output = place, format = gguf ? "gguf" : "hf", bytes });
            else
                Console.WriteLine($"{folder.Config.Architecture}{(parsed.GetValue(adapter) is null ? "" : " with its adapter merged")}, {bytes / 1e6:N1} MB: {place}");
            return CommandLineApp.Done;
        });
        return command;
    }
}
