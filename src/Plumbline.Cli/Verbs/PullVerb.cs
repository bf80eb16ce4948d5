using System.CommandLine;
using System.Diagnostics;
using Plumbline.Cli.Display;
using Plumbline.Models.Hub;
using Plumbline.Training.Recipes.Binding;

namespace Plumbline.Cli.Verbs;

internal static class PullVerb
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "org/name or org/name@revision; datasets/org/name for a data set" };
        var include = new Option<string[]>("--include") { HelpName = "GLOB", Description = "files wanted, such as \"*.safetensors\" (repeatable); without it, what a model folder needs" };
        var exclude = new Option<string[]>("--exclude") { HelpName = "GLOB", Description = "files left out (repeatable)" };
        var localDirectory = new Option<string?>("--local-dir") { HelpName = "DIR", Description = "put the files into this folder instead of the cache" };
        var workers = new Option<int>("--workers") { HelpName = "N", Description = "files fetched at once", DefaultValueFactory = _ => 8 };
        var offline = new Option<bool>("--offline") { Description = "ask no network: only say where the cache has it" };
        var noLive = new Option<bool>("--no-live") { Description = "plain lines instead of progress bars" };
        Option<bool> json = CommonOptions.Json();
        var command = new Verb("pull", "Fetch a model, an adapter or a data set from the hub into the cache that Hugging Face's tools share.",
            """
            plumbline pull Qwen/Qwen2.5-0.5B-Instruct
            plumbline generate --model Qwen/Qwen2.5-0.5B-Instruct --prompt "Hello"
            plumbline pull org/name@v1.0 --local-dir models/name
            plumbline pull org/name --include "*.json" --exclude "*/onnx/*"

            What is there already, whole, is not fetched again; what broke off goes on.
            HF_TOKEN: for private and gated models. HF_HOME, HF_HUB_CACHE: where the
            cache is. HF_ENDPOINT: another hub. HF_HUB_OFFLINE=1: as --offline.
            """)
        { name, include, exclude, localDirectory, workers, offline, noLive, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(workers) < 1)
                throw new UsageException($"--workers is {parsed.GetValue(workers)}, but at least 1 file must be fetched at once.");
            HubName wanted = HubName.Parse(parsed.GetValue(name)!);
            HubSettings settings = HubSettings.FromEnvironment();
            settings = settings with { Workers = parsed.GetValue(workers), Offline = settings.Offline || parsed.GetValue(offline) };
            var selection = new FileSelection { Include = parsed.GetValue(include) ?? [], Exclude = parsed.GetValue(exclude) ?? [] };
            long start = Stopwatch.GetTimestamp();
            using var hub = new HubClient(settings);
            PullResult result;
            using (TransferDisplay display = TransferDisplay.Start(Consoles.For(parsed.GetValue(json)), parsed.GetValue(noLive)))
                result = await PullAsync(hub, wanted, selection, parsed.GetValue(localDirectory), display, cancellationToken);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (parsed.GetValue(json))
                JsonOutput.Print(new { name = wanted.Repository, wanted.Revision, result.Commit, folder = result.Folder, files = result.Files.Select(f => f.Path), result.Bytes, result.Fetched, seconds });
            else
                Console.WriteLine(Summary(wanted, result, seconds));
            return CommandLineApp.Done;
        });
        return command;
    }

    // A name that is not there is most often a misspelt one of the same owner.
    private static async Task<PullResult> PullAsync(HubClient hub, HubName name, FileSelection selection, string? localDirectory, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            return await new HubPull(hub).RunAsync(name, selection, localDirectory, progress, cancellationToken);
        }
        catch (HubNotFoundException missing) when (name is { Kind: HubRepoKind.Model, Owner.Length: > 0 })
        {
            string? nearest = NearestWord.Find(name.Repository, await KnownAsync(hub, name.Owner, cancellationToken));
            throw nearest is null ? missing : new HubException($"{missing.Message} Did you mean {nearest}?");
        }
    }

    private static async Task<IReadOnlyList<string>> KnownAsync(HubClient hub, string owner, CancellationToken cancellationToken)
    {
        try
        {
            return await hub.ModelsOfAsync(owner, cancellationToken);
        }
        catch (HubException)
        {
            return [];
        }
    }

    private static string Summary(HubName name, PullResult result, double seconds)
    {
        string place = $"{name} ({result.Commit[..7]}): {result.Folder}";
        return result.Files.Count == 0 ? place
            : result.Fetched == 0 ? $"{result.Files.Count} files, {DisplayText.Bytes(result.Bytes)}, all here already.\n{place}"
            : $"{result.Files.Count} files, {DisplayText.Bytes(result.Bytes)}, of them {DisplayText.Bytes(result.Fetched)} fetched in {DisplayText.Duration(TimeSpan.FromSeconds(seconds))}.\n{place}";
    }
}
