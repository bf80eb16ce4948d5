using Plumbline.Engine.Generation;
using Plumbline.Models.Adapters;
using Plumbline.Models.Chat;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Native;
using Plumbline.Models.Tokens;

namespace Plumbline.Extensions.AI.Chat;

/// <summary>A model's folder: configuration and tokenizer at once, the weights when they are first needed, each adapter likewise.</summary>
/// <remarks>Weights and adapters belong to the thread that generates; the rest may be read from any.</remarks>
internal sealed class LocalModel : IDisposable
{
    private readonly string _directory, _device;
    private readonly Dictionary<string, LoraAdapter> _adapters = new(StringComparer.Ordinal);
    private DecoderModel? _decoder;

    /// <summary>Opens the folder.</summary>
    /// <exception cref="CheckpointException">It holds no language model.</exception>
    /// <exception cref="TokenizerException">It holds no tokenizer that fits.</exception>
    /// <exception cref="ChatTemplateException">It holds no chat template that can be read.</exception>
    public LocalModel(string directory, string device)
    {
        (_directory, _device) = (directory, device);
        using CheckpointFolder folder = CheckpointFolder.Open(directory);
        if (folder.Config.IsSequenceClassification)
            throw new CheckpointException($"{directory} is a {folder.Config.Architecture}: it scores, it does not write. Name a language model here; a reward model is for RewardEvaluator.");
        Config = folder.Config;
        Tokenizer = TokenizerFolder.Load(directory);
        Tokenizer.RequireFits(Config.VocabSize);
        _ = Tokenizer.Chat;
    }

    public ModelConfig Config { get; }

    public Tokenizer Tokenizer { get; }

    /// <summary>The model with that adapter switched on, or none.</summary>
    /// <exception cref="CheckpointException">Weights or adapter cannot be read, or do not fit.</exception>
    public Generator Activate(string? adapter)
    {
        DecoderModel decoder = _decoder ??= Load();
        LoraAdapter? active = null;
        if (adapter is not null && !_adapters.TryGetValue(adapter, out active))
            _adapters.Add(adapter, active = LoraAdapter.Load(decoder, adapter));
        if (decoder.ActiveAdapter != active)
            decoder.Activate(active);
        return new Generator(decoder, Tokenizer);
    }

    public void Dispose()
    {
        foreach (LoraAdapter adapter in _adapters.Values)
            adapter.Dispose();
        _decoder?.Dispose();
    }

    private DecoderModel Load()
    {
        using CheckpointFolder folder = CheckpointFolder.Open(_directory);
        DecoderModel decoder = DecoderModel.Load(folder, device: ComputeDevice.Find(_device));
        decoder.RequireGradients(false);
        return decoder;
    }
}
