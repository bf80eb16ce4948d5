using Plumbline.Models.Tokens;

namespace Plumbline.Training.Tests.Data;

/// <summary>A tokenizer of bytes with ChatML's tokens, and so with ChatML for a chat template.</summary>
internal static class ChatMlBytes
{
    public static Tokenizer Tokenizer { get; } = BpeTrainer.Train([], 259, ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]).ToTokenizer();

    /// <summary>The tokens of text with special tokens in it.</summary>
    public static int[] Ids(string text) => Tokenizer.Encode(text, addSpecialTokens: false);

    /// <summary>The text of tokens, special ones included.</summary>
    public static string Text(int[] ids) => Tokenizer.Decode(ids, skipSpecialTokens: false);
}
