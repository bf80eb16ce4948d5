using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Heads;
using Plumbline.Models.Tokens;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Extensions.AI.Tests;

/// <summary>A temporary folder with a tiny ChatML model, an adapter that changes what it says, and a tiny reward model, made once for a class of tests.</summary>
public sealed class TinyFolder : IDisposable
{
    public TinyFolder()
    {
        Tokenizer tokenizer = BpeTrainer.Train(["the cat sat on the mat", "a dog ran to the park"], 270, ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]).ToTokenizer();
        ModelConfig config = TinyModels.Config(tokenizer.VocabularySize) with { EosTokenIds = [tokenizer.EosTokenId!.Value] };
        using (DecoderModel model = DecoderModel.Create(config, 7))
        {
            CheckpointFolder.WriteModel(Model, config, model.NamedParameters());
            using LoraAdapter adapter = LoraAdapter.Create(model, new AdapterConfig { R = 2, LoraAlpha = 4 }, 3);
            using (torch.no_grad())
                foreach ((_, Tensor weight) in adapter.NamedParameters().Where(p => p.Key.Contains("lora_B")))
                    weight.fill_(0.5);
            adapter.Save(Adapter);
        }
        tokenizer.Save(Model);
        using (SequenceClassifier judge = SequenceClassifier.Create(config, ["polite", "long"], "mean", 8))
            CheckpointFolder.WriteModel(Reward, judge.Decoder.Config, judge.NamedParameters());
        tokenizer.Save(Reward);
        Tokenizer = tokenizer;
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("plumbline-ai-").FullName;

    public string Model => Path.Combine(Root, "model");

    public string Adapter => Path.Combine(Root, "adapter");

    public string Reward => Path.Combine(Root, "reward");

    public Tokenizer Tokenizer { get; }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
