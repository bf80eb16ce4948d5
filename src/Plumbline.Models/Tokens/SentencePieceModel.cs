using System.Text;

namespace Plumbline.Models.Tokens;

/// <summary>A SentencePiece BPE model: what a tokenizer.model holds, as far as encoding needs it.</summary>
/// <remarks>Source: sentencepiece_model.proto of google/sentencepiece; the field numbers and defaults below are its.</remarks>
internal sealed record SentencePieceModel
{
    private const int BpeType = 2;

    /// <summary>The vocabulary; the place is the id.</summary>
    public required IReadOnlyList<SentencePiece> Pieces { get; init; }

    /// <summary>True to put a space before a text.</summary>
    public bool AddDummyPrefix { get; init; } = true;

    /// <summary>True to trim spaces and join several to one.</summary>
    public bool RemoveExtraWhitespaces { get; init; }

    public int UnknownId { get; init; }

    public int BosId { get; init; } = 1;

    public int EosId { get; init; } = 2;

    public int PadId { get; init; } = -1;

    /// <summary>Reads a tokenizer.model.</summary>
    /// <param name="content">The file's bytes.</param>
    /// <param name="path">Its name, for messages.</param>
    internal static SentencePieceModel Parse(byte[] content, string path)
    {
        var pieces = new List<SentencePiece>();
        var model = new SentencePieceModel { Pieces = pieces, RemoveExtraWhitespaces = true };
        int type = 1;
        foreach (ProtoField field in ProtoField.Read(content, path))
            switch (field.Number)
            {
                case 1:
                    pieces.Add(ReadPiece(field, path));
                    break;
                case 2:
                    foreach (ProtoField inner in ProtoField.Read(field.Bytes, path))
                        switch (inner.Number)
                        {
                            case 3: type = (int)inner.Value; break;
                            case 40: model = model with { UnknownId = (int)inner.Value }; break;
                            case 41: model = model with { BosId = (int)inner.Value }; break;
                            case 42: model = model with { EosId = (int)inner.Value }; break;
                            case 43: model = model with { PadId = (int)inner.Value }; break;
                        }
                    break;
                case 3:
                    foreach (ProtoField inner in ProtoField.Read(field.Bytes, path))
                        switch (inner.Number)
                        {
                            case 2 when !inner.Bytes.IsEmpty:
                                throw new TokenizerException(
                                $"{path}: its normalizer_spec has rules (precompiled_charsmap), which are not supported. Supported: identity, as Llama has; or put the model's tokenizer.json beside it, which is read in full.");
                            case 3: model = model with { AddDummyPrefix = inner.Value != 0 }; break;
                            case 4: model = model with { RemoveExtraWhitespaces = inner.Value != 0 }; break;
                        }
                    break;
            }
        if (pieces.Count == 0)
            throw new TokenizerException($"{path} holds no pieces, so it is no SentencePiece model. Fetch the file again.");
        return type == BpeType
            ? model
            : throw new TokenizerException($"{path} is a SentencePiece model of type {type} (1 is unigram, 3 word, 4 char), which is not supported. Supported: 2, BPE, as Llama has; or put the model's tokenizer.json beside it, which is read in full.");
    }

    private static SentencePiece ReadPiece(ProtoField field, string path)
    {
        var piece = new SentencePiece("", 0, SentencePieceKind.Normal);
        foreach (ProtoField inner in ProtoField.Read(field.Bytes, path))
            piece = inner.Number switch
            {
                1 => piece with { Text = Encoding.UTF8.GetString(inner.Bytes.Span) },
                2 => piece with { Score = BitConverter.Int32BitsToSingle((int)inner.Value) },
                3 => piece with { Kind = (SentencePieceKind)inner.Value },
                _ => piece,
            };
        return piece;
    }
}
