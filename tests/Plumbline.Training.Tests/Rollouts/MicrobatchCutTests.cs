using Plumbline.Engine.Segments;
using Plumbline.Training.Rollouts;

namespace Plumbline.Training.Tests.Rollouts;

public sealed class MicrobatchCutTests
{
    // Separate prompts. Sorted: 10, 12, 100, 110 tokens. One pass: 4·110 = 440 and 16 to begin it. Two: 2·12 + 2·110 = 244 and 32.
    // Three: at best 2·12 + 100 + 110 = 234 and 48, or 10 + 12 + 2·110 = 242 and 48.
    [Fact]
    public void Of_ShortAndLongRows_PartsThemWhereThatIsCheapest() =>
        Assert.Equal([[3, 1], [0, 2]], MicrobatchCut.Of([new int[5], new int[6], new int[60], new int[3]], [new int[95], new int[6], new int[50], new int[7]], pieces: 1, new PassLimits()));

    // One prompt of 50, completions of 1 to 4: together 50 + 4·4 = 66; any cut would run the prompt again.
    [Fact]
    public void Of_AGroup_StaysTogetherThatItsPromptBeRunOnce()
    {
        int[] prompt = new int[50];
        Assert.Equal([[1, 3, 0, 2]], MicrobatchCut.Of([prompt, prompt, prompt, prompt], [new int[3], new int[1], new int[4], new int[2]], pieces: 1, new PassLimits()));
    }

    // 8 rows of 10 tokens are 80; a quarter is 20, so two rows at a time.
    [Fact]
    public void Of_Pieces_TakeNoMoreThanTheirPartOfTheTokens()
    {
        int[][] cut = MicrobatchCut.Of([.. Enumerable.Range(0, 8).Select(_ => new int[4])], [.. Enumerable.Range(0, 8).Select(_ => new int[6])], pieces: 4, new PassLimits());
        Assert.Equal([2, 2, 2, 2], cut.Select(rows => rows.Length));
        Assert.Equal(Enumerable.Range(0, 8), cut.SelectMany(rows => rows).Order());
    }

    // Completions of 6, at most 13 of them in a micro-batch: two rows; one of 20 stands alone.
    [Fact]
    public void Of_CompletionTokens_AreNoMoreThanAllowed()
    {
        int[][] cut = MicrobatchCut.Of([.. Enumerable.Range(0, 5).Select(_ => new int[40])], [new int[6], new int[6], new int[6], new int[6], new int[20]], pieces: 1, new PassLimits(CompletionTokens: 13));
        Assert.Equal([[0, 1], [2, 3], [4]], cut);
    }

    // Rows of 10 and 20 tokens: two passes run 30 tokens and begin twice, one runs 2·20 = 40 and begins once. A small model's overhead tells which is cheaper.
    [Theory, InlineData(9, 2), InlineData(11, 1)]
    public void Of_Overhead_DecidesBetweenPaddingAndPasses(long overhead, int passes) =>
        Assert.Equal(passes, MicrobatchCut.Of([new int[5], new int[6]], [new int[5], new int[14]], pieces: 1, new PassLimits(Overhead: overhead)).Length);

    // 2.5·10⁷ over the weights of a layer, within 8 and 512.
    [Theory, InlineData(250_000, 100), InlineData(15_000_000, 8), InlineData(1_000, 512)]
    public void OverheadOf_SmallLayers_IsManyTokens(double weights, long tokens) => Assert.Equal(tokens, PassLimits.OverheadOf(weights));

    [Fact]
    public void Of_RowLongerThanAPiece_StandsAlone() =>
        Assert.Equal([[0], [1], [2]], MicrobatchCut.Of([new int[2], new int[3], new int[40]], [new int[2], new int[3], new int[40]], pieces: 30, new PassLimits()));

    // Completions of 32 to 512 tokens, no two prompts alike: a batch in one pass is half padding.
    [Fact]
    public void Of_MixedLengths_LeavesLessThanATwentiethToPadding()
    {
        var random = new Random(4);
        int[][] prompts = [.. Enumerable.Range(0, 64).Select(_ => new int[random.Next(16, 64)])], completions = [.. Enumerable.Range(0, 64).Select(_ => new int[random.Next(32, 513)])];
        int[][] cut = MicrobatchCut.Of(prompts, completions, pieces: 1, new PassLimits());
        int Length(int row) => prompts[row].Length + completions[row].Length;
        double run = cut.Sum(rows => rows.Length * rows.Max(Length)), real = Enumerable.Range(0, 64).Sum(Length);
        Assert.InRange(run / real - 1, 0, 0.05);
        Assert.InRange(cut.Length, 4, 48);
        Assert.Equal(Enumerable.Range(0, 64), cut.SelectMany(rows => rows).Order());
    }

    // Groups of 8 with prompts of 32: 4·32 prompt tokens and the completions, against 32 whole rows.
    [Fact]
    public void Tokens_OfGroups_CountEachPromptOnceWhereThatSavesATenth()
    {
        Assert.Equal((4 * 32) + (32 * 64), RowLayout.Tokens(4, 32, 32, 64, 96));
        Assert.Equal(32 * 96, RowLayout.Tokens(32, 32, 32, 64, 96));
        Assert.Equal(32 * 66, RowLayout.Tokens(4, 2, 32, 64, 66));
    }
}
