using System.CommandLine;
using Plumbline.Cli.Display;
using Plumbline.Models.Hub;

namespace Plumbline.Cli.Verbs;

internal static class PushVerb
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "a model's or an adapter's folder, such as runs/grpo/final" };
        var name = new Argument<string>("name") { Description = "owner/name; owner/name@branch for a branch that exists" };
        var isPrivate = new Option<bool>("--private") { Description = "make a new repository private; one that is there stays as it is" };
        var message = new Option<string>("--message") { HelpName = "TEXT", Description = "message of the commit", DefaultValueFactory = _ => new PushOptions().Message };
        var noLive = new Option<bool>("--no-live") { Description = "plain lines instead of progress bars" };
        Option<bool> json = CommonOptions.Json();
        var command = new Verb("push", "Publish a model or an adapter on the hub: one commit, only what changed.",
            """
            plumbline push runs/grpo/final me/front-desk-lora
            plumbline push merged me/front-desk --private --message "GRPO, 500 steps"

            HF_TOKEN must hold a token that may write. Weights of an earlier push which
            the folder no longer has are removed; other files of the repository stay.
            The model card is the folder's README.md.
            """)
        { folder, name, isPrivate, message, noLive, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            HubName target = HubName.Parse(parsed.GetValue(name)!);
            if (target.Kind != HubRepoKind.Model)
                throw new UsageException($"{target} is a data set, but push publishes models. Name OWNER/NAME.");
            string place = parsed.GetValue(folder)!;
            using var hub = new HubClient(HubSettings.FromEnvironment());
            PushResult result;
            using (TransferDisplay display = TransferDisplay.Start(Consoles.For(parsed.GetValue(json)), parsed.GetValue(noLive)))
                result = await new HubPush(hub).RunAsync(place, target, new PushOptions { Private = parsed.GetValue(isPrivate), Message = parsed.GetValue(message)! }, display, cancellationToken);
            if (parsed.GetValue(json))
                JsonOutput.Print(new { name = target.Repository, url = result.Address, result.Commit, result.Sent, result.Removed, result.Files, result.Bytes });
            else
                Console.WriteLine(Summary(result));
            return CommandLineApp.Done;
        });
        return command;
    }

    private static string Summary(PushResult result)
    {
        string place = $"{result.Address} ({result.Commit[..7]})";
        return result.Sent.Count + result.Removed.Count == 0
            ? $"All {result.Files} files are there already.\n{place}"
            : $"{result.Sent.Count} of {result.Files} files changed, {DisplayText.Bytes(result.Bytes)} sent{(result.Removed.Count > 0 ? $"; removed {string.Join(", ", result.Removed)}" : "")}.\n{place}";
    }
}
