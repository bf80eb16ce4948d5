using Plumbline.Models.Tokens;

namespace Plumbline.Models.Tests.Tokens;

public sealed class BpeTrainerTests
{
    // Sennrich's example: low x5, lower x2, newest x6, widest x3, a line each, so that no word has a space before it.
    private static readonly string[] Classic =
        [.. Enumerable.Repeat("low", 5), .. Enumerable.Repeat("lower", 2), .. Enumerable.Repeat("newest", 6), .. Enumerable.Repeat("widest", 3)];

    // Counts at the start: es 9, st 9, we 8 (lower 2, newest 6), lo 7, ow 7, ne 6, ew 6, ... A tie goes to the lower left id: e before s.
    // es(9); es t(9); then lo 7 ties ow 7: l before o; lo w(7); then ne 6, ew 6, w est 6: e w first (e < n < w);
    // then n ew (6) ties ew est (6), and n (id 77) is lower than ew (id 260); then new est (6).
    [Fact]
    public void Train_ClassicWords_LearnsTheMergesWorkedByHand()
    {
        TrainedBpe trained = BpeTrainer.Train(Classic, 256 + 7 + 1, ["<|endoftext|>"]);

        Assert.Equal(["e s", "es t", "l o", "lo w", "e w", "n ew", "new est"], trained.Merges);
        Tokenizer tokenizer = trained.ToTokenizer();
        Assert.Equal([262, 259], tokenizer.Encode("newestlow"));
        Assert.Equal((264, 263, 263), (tokenizer.VocabularySize, tokenizer.EosTokenId, tokenizer.PadTokenId));
    }

    [Fact]
    public void Train_Again_GivesTheSame()
    {
        string[] texts = [.. Enumerable.Range(0, 300).Select(i => $"the {i % 17} quick foxes, {i % 5} lazy dogs' {i} naïve 🚀 jumps")];

        Assert.Equal(BpeTrainer.Train(texts, 400, []).Merges, BpeTrainer.Train(texts, 400, []).Merges);
    }

    // The heap and the counts kept in place must give what counting everything afresh gives.
    [Fact]
    public void Train_RandomWords_AgreesWithCountingAfresh()
    {
        var random = new Random(7);
        string[] texts = [.. Enumerable.Range(0, 400).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => "abc"[random.Next(3)])))];

        TrainedBpe trained = BpeTrainer.Train(texts, 256 + 60, []);

        Assert.Equal(Afresh(texts, 60), trained.Merges);
    }

    [Fact]
    public void Train_FewTexts_StopsWhereNoPairOccursTwice() =>
        Assert.Equal(257, BpeTrainer.Train(["ab", "ab"], 1000, []).VocabularySize);

    [Fact]
    public void Train_SpecialTokenInText_IsNotLearned()
    {
        TrainedBpe trained = BpeTrainer.Train(Enumerable.Repeat("<|im_end|>", 9), 300, ["<|im_end|>"]);

        Assert.Empty(trained.Merges);
        Assert.Equal([256], trained.ToTokenizer().Encode("<|im_end|>"));
    }

    [Fact]
    public void Train_VocabularySmallerThanTheBytes_SaysHowManyAreNeeded()
    {
        var error = Assert.Throws<TokenizerException>(() => BpeTrainer.Train([], 100, ["<a>", "<b>"]));
        Assert.Contains("258", error.Message);
    }

    // Saved files are read back by the slow way (vocab.json with merges.txt) and the fast one (tokenizer.json).
    [Theory, InlineData("tokenizer.json"), InlineData("vocab.json")]
    public void Save_ThenLoad_GivesTheSameIds(string removed)
    {
        const string Text = "<|im_start|>user\nThe lowest, newest <|im_end|>é 12 low";
        using var folder = new TemporaryFolder();
        TrainedBpe trained = BpeTrainer.Train(Classic, 270, ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]);
        trained.Save(folder.Path);
        File.Delete(Path.Combine(folder.Path, removed));

        Tokenizer loaded = TokenizerFolder.Load(folder.Path), original = trained.ToTokenizer();

        Assert.Equal(original.Encode(Text), loaded.Encode(Text));
        Assert.Equal(
            (original.VocabularySize, original.EosTokenId, original.PadTokenId, original.ChatTemplate),
            (loaded.VocabularySize, loaded.EosTokenId, loaded.PadTokenId, loaded.ChatTemplate));
        Assert.Equal("<|im_end|>", loaded.Decode([loaded.EosTokenId!.Value], skipSpecialTokens: false));
        Assert.Equal("", loaded.Decode([loaded.EosTokenId!.Value]));
    }

    private static List<string> Afresh(string[] texts, int wanted)
    {
        List<List<int>> words = [.. texts.Select(text => text.Select(c => c - '!').ToList())];
        List<string> tokens = [.. ByteAlphabet.InOrder.Select(b => ByteAlphabet.Character(b).ToString())], merges = [];
        while (tokens.Count < 256 + wanted)
        {
            var counts = new Dictionary<(int, int), int>();
            foreach (List<int> word in words)
                for (int i = 1; i < word.Count; i++)
                    counts[(word[i - 1], word[i])] = counts.GetValueOrDefault((word[i - 1], word[i])) + 1;
            var best = counts.Where(pair => pair.Value > 1).OrderBy(pair => (-pair.Value, pair.Key.Item1, pair.Key.Item2)).Select(pair => pair.Key).ToArray();
            if (best is not [(int left, int right), ..])
                break;
            string merge = tokens[left] + " " + tokens[right], token = tokens[left] + tokens[right];
            if (!merges.Contains(merge))
                merges.Add(merge);
            if (!tokens.Contains(token))
                tokens.Add(token);
            foreach (List<int> word in words)
                for (int i = 0; i + 1 < word.Count; i++)
                    if (word[i] == left && word[i + 1] == right)
                    {
                        word[i] = tokens.IndexOf(token);
                        word.RemoveAt(i + 1);
                    }
        }
        return merges;
    }
}
