using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Tokens;

namespace Plumbline.Cli.Verbs;

/// <summary>A model with its tokenizer and, perhaps, an adapter, ready to be used.</summary>
internal sealed class LoadedModel : IDisposable
{
    private readonly LoraAdapter? _adapter;

    private LoadedModel(DecoderModel decoder, Tokenizer tokenizer, LoraAdapter? adapter) => (Decoder, Tokenizer, _adapter) = (decoder, tokenizer, adapter);

    public DecoderModel Decoder { get; }

    public Tokenizer Tokenizer { get; }

    public static LoadedModel Open(string directory, string? adapterDirectory)
    {
        using CheckpointFolder folder = CheckpointFolder.Open(directory);
        if (folder.Config.IsSequenceClassification)
            throw new UsageException($"{directory} is a {folder.Config.Architecture}: it scores, it does not write. Use `plumbline score --reward {directory}`.");
        Tokenizer tokenizer = TokenizerFolder.Load(directory);
        tokenizer.RequireFits(folder.Config.VocabSize);
        DecoderModel decoder = DecoderModel.Load(folder);
        decoder.RequireGradients(false);
        LoraAdapter? adapter = adapterDirectory is null ? null : LoraAdapter.Load(decoder, adapterDirectory);
        decoder.Activate(adapter);
        return new LoadedModel(decoder, tokenizer, adapter);
    }

    public void Dispose()
    {
        _adapter?.Dispose();
        Decoder.Dispose();
    }
}
