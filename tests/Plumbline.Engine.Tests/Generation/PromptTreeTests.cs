using Plumbline.Engine.Generation;

namespace Plumbline.Engine.Tests.Generation;

public sealed class PromptTreeTests
{
    private static readonly int[] System = [.. Enumerable.Range(100, 20)];

    private static PromptTree Tree(params int[][] prompts) =>
        new(prompts.Select((p, i) => new GenerationRow(i, new GenerationRequest(p), new GenerationOptions(), [], null)));

    private static string Chain(PromptNode? node) => node is null ? "" : $"{Chain(node.Parent)}[{string.Join(' ', node.Ids.Select(id => id < 100 ? $"{id}" : "s"))}x{node.Unfinished}]";

    private static readonly string Shared = string.Join(' ', Enumerable.Repeat("s", 20));

    [Fact]
    public void CommonBeginning_StandsOnce_AndCountsAllItsCompletions()
    {
        int[] first = [.. System, 1, 2], second = [.. System, 3];
        PromptTree tree = Tree(first, second, [.. first], [7, 8]);
        Assert.Equal($"[{Shared}x3][1 2x2]", Chain(tree.Leaf(first)));
        Assert.Equal($"[{Shared}x3][3x1]", Chain(tree.Leaf(second)));
        Assert.Same(tree.Leaf(first).Parent, tree.Leaf(second).Parent);
        Assert.Equal("[7 8x1]", Chain(tree.Leaf([7, 8])));
    }

    [Fact]
    public void PromptThatIsTheBeginningOfAnother_KeepsItsLastToken()
    {
        int[] whole = [.. System], longer = [.. System, 1];
        PromptTree tree = Tree(longer, whole);
        string nineteen = Shared[2..];
        Assert.Equal($"[{nineteen}x2][sx1]", Chain(tree.Leaf(whole)));
        Assert.Equal($"[{nineteen}x2][s 1x1]", Chain(tree.Leaf(longer)));
    }

    [Fact]
    public void BeginningShorterThanTheLeast_IsNotShared()
    {
        int[] first = [.. System[..15], 1], second = [.. System[..15], 2];
        Assert.Null(Tree(first, second).Leaf(first).Parent);
    }

    [Fact]
    public void BeginningsWithinABeginning_Nest()
    {
        int[] block = [.. Enumerable.Range(1, 16)];
        int[] first = [.. System, .. block, 50], second = [.. System, .. block, 51], third = [.. System, 60];
        PromptTree tree = Tree(third, second, first);
        string numbers = string.Join(' ', block);
        Assert.Equal($"[{Shared}x3][{numbers}x2][50x1]", Chain(tree.Leaf(first)));
        Assert.Equal($"[{Shared}x3][60x1]", Chain(tree.Leaf(third)));
    }
}
