using Plumbline.Models.Tokens;

namespace Plumbline.Models.Tests.Tokens.Oracle;

/// <summary>Each component of tokenizer.json against the reference implementation.</summary>
public sealed class ComponentTests
{
    private static readonly string[] AddedTokens = ["<x>", "<xx>", "<l>", "<r>", "it", "Two Words", "the", "e</s>", " sp", "</s>", "TWO WORDS"];

    private static readonly Lazy<Reference> Normalizers = new(() => new(SyntheticTokenizers.Normalizers, OracleTexts.With([])));
    private static readonly Lazy<Reference> PreTokenizers = new(() => new(SyntheticTokenizers.PreTokenizers, OracleTexts.With([])));
    private static readonly Lazy<Reference> Models = new(() => new(SyntheticTokenizers.Models, OracleTexts.With(AddedTokens)));
    private static readonly Lazy<Reference> Decoders = new(() => new(SyntheticTokenizers.Decoders, SyntheticTokenizers.DecodedTexts()));

    public static TheoryData<string> NormalizerNames => [.. SyntheticTokenizers.Normalizers.Keys];

    public static TheoryData<string> PreTokenizerNames => [.. SyntheticTokenizers.PreTokenizers.Keys];

    public static TheoryData<string> ModelNames => [.. SyntheticTokenizers.Models.Keys];

    public static TheoryData<string> DecoderNames => [.. SyntheticTokenizers.Decoders.Keys];

    [Theory, MemberData(nameof(NormalizerNames))]
    public void Encode_Normalizer_GivesWhatTheReferenceGives(string name) => Normalizers.Value.Compare(name);

    [Theory, MemberData(nameof(PreTokenizerNames))]
    public void Encode_PreTokenizer_GivesWhatTheReferenceGives(string name) => PreTokenizers.Value.Compare(name);

    [Theory, MemberData(nameof(ModelNames))]
    public void Encode_Model_GivesWhatTheReferenceGives(string name) => Models.Value.Compare(name);

    [Theory, MemberData(nameof(DecoderNames))]
    public void Decode_Decoder_GivesWhatTheReferenceGives(string name) => Decoders.Value.Compare(name);

    /// <summary>Tokenizers of one kind with the reference's answers, which are asked for together.</summary>
    private sealed class Reference
    {
        private readonly Dictionary<string, string> _tokenizers;
        private readonly string[] _texts;
        private readonly Dictionary<string, OracleAnswer> _answers = [];

        public Reference(Dictionary<string, string> tokenizers, string[] texts)
        {
            (_tokenizers, _texts) = (tokenizers, texts);
            TemporaryFolder[] folders = [.. tokenizers.Values.Select(Written)];
            IReadOnlyList<OracleAnswer> answers = NpmOracle.Ask(folders.Select(folder => (folder.Path, texts)));
            foreach (((string name, _), OracleAnswer answer) in tokenizers.Zip(answers))
                _answers.Add(name, answer);
            foreach (TemporaryFolder folder in folders)
                folder.Dispose();
        }

        public void Compare(string name)
        {
            using TemporaryFolder folder = Written(_tokenizers[name]);
            Comparison.Same(TokenizerFolder.Load(folder.Path), _texts, _answers[name]);
        }

        private static TemporaryFolder Written(string json)
        {
            var folder = new TemporaryFolder();
            folder.Write("tokenizer.json", json);
            return folder;
        }
    }
}
