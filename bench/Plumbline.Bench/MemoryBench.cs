using System.Diagnostics;
using System.Globalization;
using Plumbline.Engine.Segments;
using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Training.Runs;
using TorchSharp;

namespace Plumbline.Bench;

/// <summary>Peak resident memory of one update over that of the loaded model with room for its gradients, each case in a process of its own.</summary>
internal static class MemoryBench
{
    /// <summary>The word that makes a process measure one case and print mebibytes and seconds.</summary>
    public const string Case = "memory-case";

    private const string Groups = "update of groups"; // of eight rows that share their prompt, in passes as the trainers take them
    private const int RowsOfGroup = 8;

    public static Result Run(BenchOptions options)
    {
        int rounds = options.Number("rounds", 3), threads = options.Number("threads", 0);
        string shape = options.Shapes("15m")[0];
        int window = options.Number("window", 64);
        var result = new Result("memory", $"Peak memory of an update of {shape} over resting, a process each");
        List<(string Work, int Rows, int Length)> cases = [("update", 32, 96), (Groups, 32, 96), .. options.Numbers("lengths", 256, 1024, 4096).Select(length => ("update", 1, length))];
        cases.AddRange(options.Numbers("head-tokens", 2048, 8192, 32768).Select(tokens => ("head", tokens / 64, 65)));
        foreach ((string work, int rows, int length) in cases)
            foreach (string trained in new[] { "full", "lora" })
            {
                Dictionary<string, (List<double> Memory, List<double> Time)> found = Ways(work, window).ToDictionary(way => way, _ => (new List<double>(), new List<double>()));
                if (work == "head" && trained == "lora")
                    continue;
                for (int round = 0; round < rounds; round++)
                    foreach ((string way, var (measured, timed)) in found)
                    {
                        (double memory, double time) = Child(work, way, trained, shape, rows, length, threads);
                        measured.Add(memory);
                        timed.Add(time);
                    }
                Samples plain = new(found["plain"].Memory), plainTime = new(found["plain"].Time);
                foreach ((string way, var (memory, time)) in found)
                    result.Add(("work", work), ("trained", trained), ("rows x tokens", $"{rows} x {length}"), ("way", way), ("MiB", new Samples(memory)), ("over plain", new Samples(memory).Over(plain)),
                        ("time over plain", new Samples(time).Over(plainTime)));
            }
        return result;
    }

    // What a pass may keep; a head alone has nothing to choose.
    private static string[] Ways(string work, int window) => work == "head" ? ["keep", "plain"] : ["keep", "recompute", $"recompute:{window}", "plain"];

    /// <summary>Measures one case in this process.</summary>
    public static void Measure(IReadOnlyList<string> words)
    {
        (string work, string way, string trained, string shape) = (words[0], words[1], words[2], words[3]);
        (int rows, int length) = (int.Parse(words[4], CultureInfo.InvariantCulture), int.Parse(words[5], CultureInfo.InvariantCulture));
        using DecoderModel model = work == "head" ? HeadBench.Model(shape, trained: true) : DecoderModel.Create(Shapes.Config($"{shape},context=65536"), seed: 1);
        if (work != "head")
            model.RequireGradients(trained == "full");
        using LoraAdapter? adapter = trained == "lora" ? LoraAdapter.Create(model, new AdapterConfig { R = 16, LoraAlpha = 32, TargetModules = ["all-linear"] }, 1) : null;
        adapter?.Train(true);
        model.Activate(adapter);
        int prompt = work == "head" ? 1 : length / 3;
        Step(2, prompt: 4, 12); // threads, libraries and the gradients' own memory
        long resting = ProcessMemory.Resident;
        File.WriteAllText("/proc/self/clear_refs", "5"); // the high-water mark begins anew
        long start = Stopwatch.GetTimestamp();
        Step(rows, prompt, length);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(ProcessMemory.Peak - resting) / 1048576.0:F1} {seconds:F3}"));

        void Step(int count, int prompt, int tokens)
        {
            int[][] all = Shapes.Prompts(count, tokens, model.Config.VocabSize);
            int[][] prompts = [.. all.Select(row => row[..prompt])];
            if (work == Groups)
                prompts = [.. prompts.Select((_, row) => prompts[row / RowsOfGroup * RowsOfGroup])];
            int[][] completions = [.. all.Select(row => row[prompt..])];
            int together = work == Groups && trained == "full" && way != "plain" ? (int)Math.Max(1, TokenLogProbs.TokensAtOnce(model) / (tokens - prompt)) : count;
            for (int first = 0; first < count; first += together)
            {
                int end = Math.Min(count, first + together);
                using TokenRows packed = TokenRows.Pack(prompts[first..end], completions[first..end]);
                if (way == "plain")
                    HeadBench.Plain(model, packed);
                else
                    HeadBench.Fused(model, packed, new ActivationOptions(way == "keep" ? ActivationMode.Keep : ActivationMode.Recompute, Window: way.Contains(':') ? int.Parse(way.Split(':')[1], CultureInfo.InvariantCulture) : 0));
            }
        }
    }

    private static (double Memory, double Time) Child(string work, string way, string trained, string shape, int rows, int length, int threads)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        foreach (string word in new[] { Environment.GetCommandLineArgs()[0], Case, work, way, trained, shape, $"{rows}", $"{length}", $"{threads}" })
            start.ArgumentList.Add(word);
        using Process child = Process.Start(start)!;
        string[] said = child.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.TrimEntries);
        child.WaitForExit();
        return child.ExitCode == 0 ? (double.Parse(said[0], CultureInfo.InvariantCulture), double.Parse(said[1], CultureInfo.InvariantCulture)) : (double.NaN, double.NaN);
    }
}
