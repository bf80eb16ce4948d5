#pragma warning disable CS1591
namespace Plumbline.Models.Tokens;
public abstract class Tokenizer {
  public abstract int VocabularySize {get;} public abstract int? BosTokenId {get;} public abstract int? EosTokenId {get;} public abstract int? PadTokenId {get;}
  public abstract int[] Encode(string text, bool addSpecialTokens = true); public abstract string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true);
  public abstract int? TokenId(string token); public abstract void Save(string d); public abstract void RequireFits(int n);
}
public static class TokenizerFolder { public static Tokenizer Load(string d) => throw new NotSupportedException(); }
public sealed class BpeTrainer { public static BpeTrainer Train(IEnumerable<string> t, int v, IReadOnlyList<string> s) => throw new NotSupportedException(); public Tokenizer ToTokenizer() => throw new NotSupportedException(); }
public sealed class TokenizerException(string m) : Exception(m);
