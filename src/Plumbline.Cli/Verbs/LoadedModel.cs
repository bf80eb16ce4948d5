using Plumbline.Engine.Generation;
using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Quantization;
using Plumbline.Models.Tokens;
using TorchSharp;

namespace Plumbline.Cli.Verbs;

/// <summary>A model with its tokenizer and, perhaps, an adapter, ready to be used.</summary>
internal sealed class LoadedModel : IDisposable
{
    private readonly LoraAdapter? _adapter;
    private readonly Lazy<Tokenizer> _tokenizer;

    private LoadedModel(DecoderModel decoder, Lazy<Tokenizer> tokenizer, LoraAdapter? adapter) => (Decoder, _tokenizer, _adapter) = (decoder, tokenizer, adapter);

    public DecoderModel Decoder { get; }

    /// <summary>The folder's tokenizer.</summary>
    /// <exception cref="TokenizerException">The folder has none, though it was not asked for until now.</exception>
    public Tokenizer Tokenizer => _tokenizer.Value;

    public Generator Generator => new(Decoder, Tokenizer);

    /// <summary>Opens model and adapter.</summary>
    /// <param name="directory">A Hugging Face folder.</param>
    /// <param name="adapterDirectory">A PEFT folder, or null.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="precision">How weights are held: as the user's words say.</param>
    /// <param name="needsTokenizer">False where rows may come as token ids: then the tokenizer is read when first used.</param>
    public static LoadedModel Open(string directory, string? adapterDirectory, torch.Device device, (ModelDType DType, QuantizationType Quantization) precision, bool needsTokenizer = true)
    {
        using CheckpointFolder folder = CheckpointFolder.Open(directory);
        if (folder.Config.IsSequenceClassification)
            throw new UsageException($"{directory} is a {folder.Config.Architecture}: it scores, it does not write. Use `plumbline score --reward {directory}`.");
        int vocabulary = folder.Config.VocabSize;
        var tokenizer = new Lazy<Tokenizer>(() =>
        {
            Tokenizer read = TokenizerFolder.Load(directory);
            read.RequireFits(vocabulary);
            return read;
        });
        if (needsTokenizer)
            _ = tokenizer.Value;
        DecoderModel decoder = DecoderModel.Load(folder, ModelPrecision.OfFrozen(folder, precision.DType, precision.Quantization, device), device);
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
