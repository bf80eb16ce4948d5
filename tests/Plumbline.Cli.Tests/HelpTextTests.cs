namespace Plumbline.Cli.Tests;

[Collection(CommandLineCollection.Name)]
public sealed class HelpTextTests
{
    private static readonly string[] Verbs = ["quickstart", "sft", "reward", "grpo", "ppo", "dpo", "pairs", "evaluate", "judge", "generate", "chat", "score", "logprobs", "tokenize", "doctor", "prompts", "data", "new", "export"];

    [Fact]
    public async Task Root_WithoutArguments_ShowsEveryVerb()
    {
        CommandLine run = await CommandLine.RunAsync();
        Assert.Equal(0, run.ExitCode);
        Assert.All(Verbs, verb => Assert.Contains($"  {verb} ", run.Output));
    }

    [Fact]
    public async Task Verb_Help_ShowsExamplesWithinTheWidth()
    {
        foreach (string verb in Verbs)
        {
            CommandLine run = await CommandLine.RunAsync(verb, "--help");
            Assert.Equal(0, run.ExitCode);
            Assert.Contains($"  plumbline {verb}", run.Output);
            Assert.All(run.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 90));
        }
    }
}
