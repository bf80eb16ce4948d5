using System.Text;
using Plumbline.Models.Tokens.Pipeline;
using Plumbline.Models.Tokens.Pipeline.Decoders;
using Plumbline.Models.Tokens.Pipeline.Models;
using Plumbline.Models.Tokens.Pipeline.Normalizers;
using Plumbline.Models.Tokens.Pipeline.Patterns;
using Plumbline.Models.Tokens.Pipeline.PreTokenizers;
using Plumbline.Models.Tokens.Pipeline.Reading;

namespace Plumbline.Models.Tokens;

/// <summary>Byte-level BPE from a vocabulary and its merges, with the preparation of text that a <c>tokenizer_class</c> stands for.</summary>
internal static class ByteLevelBpe
{
    /// <summary>Qwen2's words, which a vocabulary learned here has too.</summary>
    internal static Split Qwen2Words { get; } = new(new RegexPattern(WordPatterns.Qwen2), SplitBehavior.Isolated);

    /// <summary>The codec of a class: Qwen2's, which composes characters (Normalization Form C), or GPT-2's for any other.</summary>
    internal static PipelineCodec ForClass(string? tokenizerClass, Dictionary<string, int> vocabulary, IReadOnlyList<(string Left, string Right)> merges, bool addPrefixSpace = false)
    {
        var model = new Bpe(vocabulary, merges, new());
        return IsQwen2(tokenizerClass)
            ? new(new UnicodeNormalizer(NormalizationForm.FormC), [Qwen2Words, new ByteSpelling()], model, new ByteLevelDecoder())
            : new(null, [.. PreTokenizerReader.ByteLevel(addPrefixSpace, useRegex: true)], model, new ByteLevelDecoder());
    }

    /// <summary>True for the slow and the fast Qwen2 class.</summary>
    internal static bool IsQwen2(string? tokenizerClass) => tokenizerClass?.StartsWith("Qwen2Tokenizer", StringComparison.Ordinal) == true;
}
