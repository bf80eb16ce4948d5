using Plumbline.Models.Tokens;

namespace Plumbline.Models.Tests.Tokens.Oracle;

/// <summary>Each component of tokenizer.json against the reference implementation.</summary>
public sealed class ComponentTests
{
    private static readonly string[] Marks = ["<x>", "<xx>", "<l>", "<r>", "it", "Two Words", "the", "e</s>", " sp", "</s>", "TWO WORDS"];

    public static TheoryData<string> NormalizerNames => [.. SyntheticTokenizers.Normalizers.Keys];

    public static TheoryData<string> PreTokenizerNames => [.. SyntheticTokenizers.PreTokenizers.Keys];

    public static TheoryData<string> ModelNames => [.. SyntheticTokenizers.Models.Keys];

    public static TheoryData<string> DecoderNames => [.. SyntheticTokenizers.Decoders.Keys];

    [Theory, MemberData(nameof(NormalizerNames))]
    public void Encode_Normalizer_GivesWhatTheReferenceGives(string name) => Compare(SyntheticTokenizers.Normalizers, name, OracleTexts.With([]));

    [Theory, MemberData(nameof(PreTokenizerNames))]
    public void Encode_PreTokenizer_GivesWhatTheReferenceGives(string name) => Compare(SyntheticTokenizers.PreTokenizers, name, OracleTexts.With([]));

    [Theory, MemberData(nameof(ModelNames))]
    public void Encode_Model_GivesWhatTheReferenceGives(string name) => Compare(SyntheticTokenizers.Models, name, OracleTexts.With(Marks));

    [Theory, MemberData(nameof(DecoderNames))]
    public void Decode_Decoder_GivesWhatTheReferenceGives(string name) => Compare(SyntheticTokenizers.Decoders, name, SyntheticTokenizers.DecodedTexts());

    // All of a kind are asked at once, for the answers are kept together.
    private static void Compare(Dictionary<string, string> tokenizers, string name, string[] texts)
    {
        var folders = tokenizers.ToDictionary(entry => entry.Key, _ => new TemporaryFolder());
        try
        {
            foreach ((string key, string json) in tokenizers)
                folders[key].Write("tokenizer.json", json);
            IReadOnlyList<OracleAnswer> answers = NpmOracle.Ask(folders.Values.Select(folder => (folder.Path, texts)));
            Comparison.Same(TokenizerFolder.Load(folders[name].Path), texts, answers[folders.Keys.ToList().IndexOf(name)]);
        }
        finally
        {
            foreach (TemporaryFolder folder in folders.Values)
                folder.Dispose();
        }
    }
}
