namespace Plumbline.Bench;

/// <summary>How a GRPO step's time grows when one thing grows at a time: completions, tokens, layers. 1.0 a doubling is proportional.</summary>
internal static class ScalingBench
{
    public static Result Run(BenchOptions options)
    {
        int rounds = options.Number("rounds", 5);
        string shape = options.Shapes("tiny")[0];
        var result = new Result("scaling", $"GRPO step of {shape}, all weights, as one thing grows; growth = time over the first, per unit of work over the first");
        foreach ((string what, int[] sizes, Func<int, (string Shape, int Prompts, int PromptLength, int Tokens)> size) in new (string, int[], Func<int, (string, int, int, int)>)[]
        {
            ("completions", options.Numbers("completions", 16, 32, 64, 128), n => (shape, n / 8, 32, 64)),
            ("tokens", options.Numbers("tokens", 48, 96, 192, 384), n => (shape, 4, n / 3, n - n / 3)),
            ("layers", options.Numbers("layers", 2, 4, 8, 16), n => ($"{shape},layers={n}", 4, 32, 64)),
        })
        {
            List<GrpoStep> steps = [.. sizes.Select(n => size(n)).Select(s => new GrpoStep(Shapes.Folder(s.Shape), s.Prompts, s.PromptLength, 8, s.Tokens, lora: false))];
            var samples = Rounds.Run([.. steps.Select((step, i) => new Arm($"{sizes[i]}", step.Run))], rounds);
            Samples first = samples[($"{sizes[0]}", "")];
            foreach (int n in sizes)
            {
                Samples whole = samples[($"{n}", "")];
                result.Add(("grows", what), ("size", n), ("rollout ms", samples[($"{n}", "rollout")].Select(s => 1000 * s)), ("update ms", samples[($"{n}", "update")].Select(s => 1000 * s)),
                    ("step ms", whole.Select(s => 1000 * s)), ("time over first", whole.Over(first)), ("work over first", (double)n / sizes[0]));
            }
            steps.ForEach(step => step.Dispose());
        }
        return result;
    }
}
