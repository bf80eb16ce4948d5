using Plumbline.Engine.Generation;
using Plumbline.Models.Decoder;
using TorchSharp;

namespace Plumbline.Bench;

/// <summary>What a rollout gains because the completions of a group share their prompt, against the law (G·p + G·o) / (p + G·o).</summary>
internal static class PrefixBench
{
    public static Result Run(BenchOptions options)
    {
        int rounds = options.Number("rounds", 3), total = options.Number("tokens", 160), prompts = options.Number("prompts", 4);
        var result = new Result("prefix", $"Rollout of {prompts} prompts x G, prompt and completion together {total} tokens: one prompt a group against as many prompts as completions");
        foreach (string shape in options.Shapes("tiny", "15m"))
        {
            using DecoderModel model = Shapes.Model(shape);
            foreach ((int p, int o) in new[] { (4, 1), (1, 1), (1, 4) })
                foreach (int generations in options.Numbers("generations", 1, 2, 4, 8, 16))
                {
                    int length = total * p / (p + o), tokens = total - length, rows = prompts * generations;
                    GenerationRequest[] grouped = Shapes.Requests(Shapes.Prompts(prompts, length, model.Config.VocabSize), generations);
                    GenerationRequest[] apart = Shapes.Requests(Shapes.Prompts(rows, length, model.Config.VocabSize), 1);
                    var samples = Rounds.Run([Arm.Timed("shared", () => Roll(grouped)), Arm.Timed("apart", () => Roll(apart))], rounds);
                    Samples shared = samples[("shared", "")], whole = samples[("apart", "")];
                    result.Add(("shape", shape), ("prompt:completion", $"{p}:{o}"), ("G", generations), ("shared ms", shared.Select(s => 1000 * s)), ("apart ms", whole.Select(s => 1000 * s)),
                        ("gain", whole.Over(shared)), ("law", (double)generations * total / (length + generations * tokens)));

                    void Roll(GenerationRequest[] requests)
                    {
                        using var scope = torch.NewDisposeScope();
                        new Generator(model).Generate(requests, new GenerationOptions { MaxNewTokens = tokens, EosTokenIds = [] });
                    }
                }
        }
        return result;
    }
}
