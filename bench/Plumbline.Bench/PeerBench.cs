using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Plumbline.Engine.Generation;
using Plumbline.Engine.Sampling;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Tokens;
using TorchSharp;

namespace Plumbline.Bench;

/// <summary>Decoding beside llama.cpp (through node-llama-cpp) on the same weights, float32 GGUF, in turns; and whether greedy tokens agree.</summary>
internal static class PeerBench
{
    private const int PromptLength = 32;

    public static Result Run(BenchOptions options)
    {
        int tokens = options.Number("tokens", 64), rounds = options.Number("rounds", 5);
        int[] rows = options.Numbers("rows", 1, 8, 32);
        string? real = options.Text("model");
        var result = new Result("peer", $"Decoding, {tokens} tokens after a prompt of {PromptLength}, tokens a second, beside llama.cpp on the same float32 weights");
        foreach (string shape in real is null ? options.Shapes("tiny", "15m") : [real])
        {
            string directory = real ?? Shapes.Folder(shape, "llama");
            using CheckpointFolder folder = CheckpointFolder.Open(directory);
            using DecoderModel model = DecoderModel.Load(folder);
            model.RequireGradients(false);
            string file = Path.Combine(Path.GetTempPath(), $"plumbline-peer-{Environment.ProcessId}.gguf");
            GgufFile.Write(file, folder.Config, name => folder.Read(name), TokenizerFolder.Load(directory), GgufType.F32, "peer");
            try
            {
                foreach (int count in rows)
                    Compare(result, Path.GetFileName(shape), model, file, count, tokens, rounds);
            }
            finally
            {
                File.Delete(file);
            }
        }
        return result;
    }

    private static void Compare(Result result, string shape, DecoderModel model, string file, int count, int tokens, int rounds)
    {
        int[][] prompts = Shapes.Prompts(count, PromptLength, model.Config.VocabSize);
        GenerationRequest[] requests = Shapes.Requests(prompts, 1);
        var greedy = new GenerationOptions { MaxNewTokens = tokens, EosTokenIds = [], Sampling = new SamplingOptions { Temperature = 0 } };
        int[][] ours = [.. new Generator(model).Generate(requests, greedy).Select(completion => completion.TokenIds)];
        List<double> mine = [], theirs = [];
        int agreeing = 0;
        for (int round = 0; round < rounds; round++)
        {
            JsonNode said = Node(file, prompts, tokens);
            theirs.AddRange(said["seconds"]!.AsArray().Select(s => (double)s!));
            int[][] peer = [.. said["tokens"]!.AsArray().Select(row => row!.AsArray().Select(id => (int)id!).ToArray())];
            agreeing = ours.Zip(peer).Count(pair => pair.First.SequenceEqual(pair.Second));
            DecodeBench.Decode(model, requests, tokens);
            for (int repeat = 0; repeat < said["seconds"]!.AsArray().Count; repeat++)
                mine.Add(DecodeBench.Decode(model, requests, tokens));
        }
        Samples Rate(List<double> seconds) => new Samples(seconds).Select(s => count * (tokens - 1) / s);
        result.Add(("shape", shape), ("rows", count), ("plumbline", Rate(mine)), ("llama.cpp", Rate(theirs)), ("ratio", Rate(mine).Over(Rate(theirs))), ("greedy rows alike", $"{agreeing}/{count}"));
    }

    private static JsonNode Node(string file, int[][] prompts, int tokens)
    {
        string script = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../bench/peer/decode.mjs"));
        var start = new ProcessStartInfo("node") { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = Path.GetDirectoryName(script) };
        start.ArgumentList.Add(script);
        using Process child = Process.Start(start)!;
        child.StandardInput.WriteLine(new JsonObject
        {
            ["model"] = file,
            ["threads"] = torch.get_num_threads(),
            ["tokens"] = tokens,
            ["repeats"] = 3,
            ["prompts"] = new JsonArray([.. prompts.Select(row => (JsonNode)new JsonArray([.. row.Select(id => (JsonNode)id)]))]),
        }.ToJsonString());
        child.StandardInput.Close();
        string said = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        string last = said.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault("");
        return child.ExitCode == 0 && last.StartsWith('{')
            ? JsonNode.Parse(last)!
            : throw new InvalidOperationException($"node {script} ended with {child.ExitCode.ToString(CultureInfo.InvariantCulture)}. Is node-llama-cpp installed? bench/run peer installs it.");
    }
}
