using Plumbline.Models.Tokens;
using Plumbline.TestKit;

namespace Plumbline.Models.Tests.Tokens;

/// <summary>The real vocabularies that lie beside the project, each loaded once; a test that asks for an absent one is skipped.</summary>
internal static class Vocabularies
{
    private static readonly Dictionary<string, Lazy<Tokenizer>> Known = new()
    {
        ["qwen2"] = new(() => TokenizerFolder.Load(SharedFiles.Data("qwen2_tokenizer")!)),
        ["gpt-2"] = new(() => TokenizerFolder.LoadBpe(SharedFiles.Data("gpt2_tokenizer/gpt2_vocab.json")!, SharedFiles.Data("gpt2_tokenizer/gpt2_merges.txt")!)),
        ["llama-spm"] = new(() => TokenizerFolder.FromModel(
            GgufVocabulary.Read(SharedFiles.Data("tokenizer_vectors/ggml-vocab-llama-spm.gguf")!), TokenizerConfig.OfClass("LlamaTokenizer"), new())),
        ["stories260K"] = new(() => TokenizerFolder.Load(SharedFiles.Data("stories260K")!)),
    };

    private static readonly Dictionary<string, string> Places = new()
    {
        ["qwen2"] = "qwen2_tokenizer/vocab.json",
        ["gpt-2"] = "gpt2_tokenizer/gpt2_vocab.json",
        ["llama-spm"] = "tokenizer_vectors/ggml-vocab-llama-spm.gguf",
        ["stories260K"] = "stories260K/tokenizer.model",
    };

    internal static Tokenizer Load(string name)
    {
        Assert.SkipUnless(Known.ContainsKey(name), $"No vocabulary is known for {name}.");
        Assert.SkipWhen(SharedFiles.Data(Places[name]) is null, $"{Places[name]} is absent.");
        return Known[name].Value;
    }
}
