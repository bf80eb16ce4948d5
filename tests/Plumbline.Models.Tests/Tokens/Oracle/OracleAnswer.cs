namespace Plumbline.Models.Tests.Tokens.Oracle;

/// <summary>What the reference made of the texts given to one tokenizer.</summary>
/// <param name="Ids">Ids with the special tokens around a text.</param>
/// <param name="Plain">Ids without them.</param>
/// <param name="Texts">The text of the first.</param>
/// <param name="Skipped">The same without special tokens.</param>
/// <param name="Javascript">Ids without special tokens, from the implementation in JavaScript, where it was asked.</param>
/// <param name="Error">Why there is nothing of this.</param>
internal sealed record OracleAnswer(int[][]? Ids, int[][]? Plain, string[]? Texts, string[]? Skipped, int[][]? Javascript, string? Error);
