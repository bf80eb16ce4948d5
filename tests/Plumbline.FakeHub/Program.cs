// Serves FOLDER/ORG/NAME as a hub of models on this machine and takes pushes into it:
//   dotnet run --project tests/Plumbline.FakeHub -- FOLDER [--port 8080] [--token TOKEN]
namespace Plumbline.FakeHub;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        string Option(string name, string usual) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : usual;
        if (args.Length == 0 || args[0].StartsWith('-') || !int.TryParse(Option("--port", "8080"), out int port))
        {
            await Console.Error.WriteLineAsync("Usage: Plumbline.FakeHub FOLDER [--port 8080] [--token hf_token]");
            return 2;
        }
        await using FakeHub hub = await FakeHub.StartAsync(Path.GetFullPath(args[0]), port);
        hub.Token = Option("--token", hub.Token);
        Console.WriteLine($"export HF_ENDPOINT={hub.Endpoint} HF_TOKEN={hub.Token}");
        foreach (string name in hub.Names)
            Console.WriteLine(name);
        await hub.WaitAsync();
        return 0;
    }
}
