using System.Diagnostics;
using Plumbline.Training.Runs;

namespace Plumbline.Bench;

/// <summary>Many GRPO steps in one process, all weights and LoRA in turns: whether resident memory and the time of a step stay where they were.</summary>
internal static class SoakBench
{
    private const int Looks = 20;

    public static Result Run(BenchOptions options)
    {
        int steps = options.Number("steps", 10_000), minutes = options.Number("minutes", 20);
        int prompts = options.Number("prompts", 2), generations = options.Number("generations", 4), promptLength = options.Number("prompt-tokens", 32), tokens = options.Number("tokens", 32);
        string shape = options.Shapes("tiny")[0];
        var result = new Result("soak", $"{shape}, {prompts} prompts of {promptLength} x {generations} completions of {tokens} tokens a step: at least {steps:N0} steps and {minutes} minutes");
        using GrpoStep full = new(Shapes.Folder(shape), prompts, promptLength, generations, tokens, lora: false), lora = new(Shapes.Folder(shape), prompts, promptLength, generations, tokens, lora: true);
        long start = Stopwatch.GetTimestamp(), last = start;
        TimeSpan least = TimeSpan.FromMinutes(minutes);
        int done = 0, before = 0, seen = 0;
        while (done < steps || Stopwatch.GetElapsedTime(start) < least)
        {
            (done % 2 == 0 ? full : lora).Run();
            done++;
            // By steps and by time, whichever takes longer: so the looks lie evenly over the whole.
            double share = Math.Min((double)done / Math.Max(1, steps), least > TimeSpan.Zero ? Stopwatch.GetElapsedTime(start) / least : 1);
            if (share * Looks < seen + 1 && share < 1)
                continue;
            int since = done - before;
            result.Add(("minutes", Stopwatch.GetElapsedTime(start).TotalMinutes), ("steps", done), ("steps since", since), ("ms a step", Stopwatch.GetElapsedTime(last).TotalMilliseconds / since),
                ("resident MiB", ProcessMemory.Resident / 1048576.0), ("managed MiB", GC.GetTotalMemory(true) / 1048576.0), ("live tensors", (long)Tensor.TotalCount));
            (last, before, seen) = (Stopwatch.GetTimestamp(), done, seen + 1);
            Console.Error.WriteLine($"{done:N0} steps, {Stopwatch.GetElapsedTime(start).TotalMinutes:F1} minutes, {ProcessMemory.Resident / 1048576.0:F0} MiB resident");
        }
        return result;
    }
}
