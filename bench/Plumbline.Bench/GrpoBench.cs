using Plumbline.Models.Checkpoints;

namespace Plumbline.Bench;

/// <summary>A GRPO step, all weights and LoRA: rollout, scoring by a frozen model, and update apart, each over its floor.</summary>
internal static class GrpoBench
{
    public static Result Run(BenchOptions options)
    {
        int prompts = options.Number("prompts", 4), generations = options.Number("generations", 8);
        int promptLength = options.Number("prompt-tokens", 32), tokens = options.Number("tokens", 64), rounds = options.Number("rounds", 7);
        int rows = prompts * generations;
        long all = (long)rows * (promptLength + tokens), counted = (long)rows * tokens, once = (long)prompts * promptLength + counted;
        var result = new Result("grpo", $"GRPO step, {prompts} prompts of {promptLength} x {generations} completions of {tokens} tokens, milliseconds");
        foreach (string shape in options.Shapes("tiny", "15m"))
        {
            string directory = Shapes.Folder(shape);
            ModelConfig config = Shapes.Config(shape);
            using var floor = new Floor(config);
            using GrpoStep full = new(directory, prompts, promptLength, generations, tokens, lora: false), lora = new(directory, prompts, promptLength, generations, tokens, lora: true);
            var samples = Rounds.Run(
            [
                new Arm("full", full.Run), new Arm("lora", lora.Run), Arm.Timed("full scoring", full.Score), Arm.Timed("lora scoring", lora.Score),
                Arm.Timed("floor rollout", () => floor.Rollout(prompts, promptLength, rows, tokens)),
                Arm.Timed("floor scoring", () => floor.Forward(all, counted)),
                Arm.Timed("floor full", () => floor.Update(all, counted, full: true)),
                Arm.Timed("floor lora", () => floor.Update(all, counted, full: false)),
                Arm.Timed("floor full once", () => floor.Update(once, counted, full: true)),
                Arm.Timed("floor lora once", () => floor.Update(once, counted, full: false)),
            ], rounds);
            double decoded = (floor.TrunkFlops + floor.HeadFlops) * rows * (tokens - 1) + (floor.TrunkFlops * promptLength + floor.HeadFlops) * prompts;
            double passed = floor.TrunkFlops * all + floor.HeadFlops * counted, passedOnce = floor.TrunkFlops * once + floor.HeadFlops * counted;
            foreach (string kind in new[] { "full", "lora" })
            {
                Samples rollout = samples[("floor rollout", "")], update = samples[($"floor {kind}", "")];
                var both = new Samples([.. rollout.Values.Zip(update.Values, (a, b) => a + b)]);
                Row(kind, "rollout", samples[(kind, "rollout")], rollout, decoded);
                Row(kind, "scoring", samples[($"{kind} scoring", "")], samples[("floor scoring", "")], passed);
                Row(kind, "update", samples[(kind, "update")], update, passed * (kind == "full" ? 3 : 2));
                Row(kind, "update, prompts once", samples[(kind, "update")], samples[($"floor {kind} once", "")], passedOnce * (kind == "full" ? 3 : 2));
                Row(kind, "step", samples[(kind, "")], both, decoded + passed * (kind == "full" ? 3 : 2));
            }

            void Row(string kind, string part, Samples ours, Samples bare, double flops) => result.Add(
                ("shape", shape), ("trained", kind), ("part", part), ("ms", ours.Select(s => 1000 * s)), ("floor ms", bare.Select(s => 1000 * s)),
                ("over floor", ours.Over(bare)), ("floor GFLOP", flops / 1e9), ("GFLOP/s", flops / 1e9 / ours.Median));
        }
        return result;
    }
}
