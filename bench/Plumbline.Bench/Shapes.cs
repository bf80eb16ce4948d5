using Plumbline.Engine.Generation;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Tokens;

namespace Plumbline.Bench;

/// <summary>Models of random weights and prompts of random tokens: time and memory do not depend on what they mean.</summary>
internal static class Shapes
{
    /// <summary>A configuration of a shape's text, whose completions never end early.</summary>
    public static ModelConfig Config(string shape, string family = "qwen2") => ModelShape.Parse(shape).ToConfig(family) with { EosTokenIds = [] };

    public static DecoderModel Model(string shape)
    {
        DecoderModel model = DecoderModel.Create(Config(shape), seed: 1);
        model.RequireGradients(false);
        return model;
    }

    /// <summary>A model folder with a tokenizer, gone at the end.</summary>
    public static string Folder(string shape, string family = "qwen2")
    {
        string directory = Directory.CreateTempSubdirectory("plumbline-bench-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
        FreshFolder.Write(directory, Config(shape, family), seed: 1);
        BpeTrainer.Train([], 257, ["<|endoftext|>"]).Save(directory);
        return directory;
    }

    /// <summary>Distinct prompts.</summary>
    public static int[][] Prompts(int count, int length, int vocabulary)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, length).Select(_ => random.Next(vocabulary)).ToArray())];
    }

    /// <summary>The G completions of each prompt, side by side.</summary>
    public static GenerationRequest[] Requests(int[][] prompts, int generations) =>
        [.. prompts.SelectMany((ids, p) => Enumerable.Range(0, generations).Select(g => new GenerationRequest(ids, p, g)))];
}
