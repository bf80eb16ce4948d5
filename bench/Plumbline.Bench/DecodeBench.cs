using System.Diagnostics;
using Plumbline.Engine.Generation;
using Plumbline.Models.Decoder;

namespace Plumbline.Bench;

/// <summary>Cached decoding at temperature 1: tokens a second by rows, over the matrix products of the same rows.</summary>
internal static class DecodeBench
{
    private const int PromptLength = 32;

    public static Result Run(BenchOptions options)
    {
        int tokens = options.Number("tokens", 64), rounds = options.Number("rounds", 7);
        int[] rows = options.Numbers("rows", 1, 8, 32, 128);
        var result = new Result("decode", $"Decoding, {tokens} tokens after a prompt of {PromptLength}, prefill not counted");
        foreach (string shape in options.Shapes("tiny", "15m"))
        {
            using DecoderModel model = Shapes.Model(shape);
            using var floor = new Floor(model.Config);
            List<Arm> arms = [];
            foreach (int count in rows)
            {
                GenerationRequest[] requests = Shapes.Requests(Shapes.Prompts(count, PromptLength, model.Config.VocabSize), 1);
                arms.Add(new Arm($"ours {count}", () => new() { [""] = Decode(model, requests, tokens) }));
                arms.Add(Arm.Timed($"floor {count}", () =>
                {
                    for (int t = 1; t < tokens; t++)
                        floor.Forward(count, count);
                }));
            }
            var samples = Rounds.Run(arms, rounds);
            foreach (int count in rows)
            {
                Samples ours = samples[($"ours {count}", "")], bare = samples[($"floor {count}", "")];
                result.Add(("shape", shape), ("rows", count), ("tokens/s", ours.Select(s => count * (tokens - 1) / s)), ("us/step", ours.Select(s => 1e6 * s / (tokens - 1))),
                    ("floor us/step", bare.Select(s => 1e6 * s / (tokens - 1))), ("over floor", ours.Over(bare)));
            }
        }
        return result;
    }

    /// <summary>Seconds from the first round of tokens to the last: the decoding steps alone.</summary>
    public static double Decode(DecoderModel model, IReadOnlyList<GenerationRequest> requests, int tokens)
    {
        long first = 0, last = 0;
        int seen = 0;
        new Generator(model).Generate(requests, new GenerationOptions { MaxNewTokens = tokens, EosTokenIds = [] }, (_, _) =>
        {
            if (++seen == requests.Count)
                first = Stopwatch.GetTimestamp();
            else if (seen == requests.Count * tokens)
                last = Stopwatch.GetTimestamp();
        });
        return Stopwatch.GetElapsedTime(first, last).TotalSeconds;
    }
}
