using Plumbline.Engine.Generation;
using Plumbline.Engine.Sampling;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Engine.Tests.Generation;

/// <summary>Greedy continuation of a full and a padded row, against every golden folder.</summary>
public sealed class GoldenGreedyTests
{
    public static TheoryData<string, string> Folders() => GoldenFolders.LanguageModels();

    [Theory, MemberData(nameof(Folders))]
    public void GreedyTokens_AreTheReferences(string name, string configFile)
    {
        using GoldenModel golden = GoldenModel.Open(name, configFile);
        using var scope = torch.NewDisposeScope();
        long[] expected = [.. golden["greedy_rows01"].data<long>()];
        long[] ids = [.. golden["input_ids"].data<long>()], mask = [.. golden["attention_mask"].data<long>()];
        int width = expected.Length / 2, given = (int)golden["input_ids"].shape[1];
        GenerationRequest[] requests = [.. Enumerable.Range(0, 2).Select(row => new GenerationRequest(
            [.. Enumerable.Range(row * given, given).Where(i => mask[i] == 1).Select(i => (int)ids[i])]))];
        int count = width - given;
        Completion[] completions = new Generator(golden.Model).Generate(
            requests, new GenerationOptions { MaxNewTokens = count, MinNewTokens = count, Sampling = new SamplingOptions { Temperature = 0 } });
        for (int row = 0; row < 2; row++)
            Assert.Equal(expected[(row * width + given)..((row + 1) * width)], completions[row].TokenIds.Select(id => (long)id));
    }
}
