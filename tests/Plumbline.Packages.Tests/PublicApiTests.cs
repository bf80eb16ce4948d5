using System.Reflection;
using System.Runtime.CompilerServices;
using PublicApiGenerator;

namespace Plumbline.Packages.Tests;

/// <summary>The public API of each package stands in a file, so that a change of it is seen in the change that makes it.</summary>
public sealed class PublicApiTests
{
    private const string Accept = "PLUMBLINE_ACCEPT_API";

    private static readonly ApiGeneratorOptions Options = new()
    {
        IncludeAssemblyAttributes = false,
        DenyNamespacePrefixes = [], // extension methods live in Microsoft's namespaces
        ExcludeAttributes =
        [
            "System.ComponentModel.DescriptionAttribute", "System.Runtime.CompilerServices.AsyncIteratorStateMachineAttribute",
            "System.Runtime.CompilerServices.EnumeratorCancellationAttribute",
        ],
    };

    [Theory]
    [InlineData("Plumbline.Core"), InlineData("Plumbline.Models"), InlineData("Plumbline.Engine"), InlineData("Plumbline.Training"), InlineData("Plumbline.Extensions.AI")]
    public void Library_PublicApi_IsTheOneOnFile(string library)
    {
        string actual = Assembly.Load(library).GeneratePublicApi(Options) + "\n";
        if (Environment.GetEnvironmentVariable(Accept) == "1")
            File.WriteAllText(Path.Combine(SourceFolder(), "PublicApi", $"{library}.txt"), actual);
        else
            Assert.True(actual == OnFile(library), Difference(library, OnFile(library).Split('\n'), actual.Split('\n')));
    }

    private static string OnFile(string library)
    {
        string file = Path.Combine(AppContext.BaseDirectory, "PublicApi", $"{library}.txt");
        return File.Exists(file) ? File.ReadAllText(file) : "";
    }

    private static string Difference(string library, string[] before, string[] after) =>
        $"""
        The public API of {library} has changed.
        gone:  {string.Join("\n       ", before.Except(after).Select(line => line.Trim()).Take(20))}
        new:   {string.Join("\n       ", after.Except(before).Select(line => line.Trim()).Take(20))}
        Where that is meant, write it into tests/Plumbline.Packages.Tests/PublicApi/{library}.txt:
        {Accept}=1 dotnet run -c Release --project tests/Plumbline.Packages.Tests
        """;

    private static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
