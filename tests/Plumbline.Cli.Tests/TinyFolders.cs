using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Heads;
using Plumbline.Models.Tokens;
using Plumbline.TestKit;

namespace Plumbline.Cli.Tests;

/// <summary>A temporary folder with a tiny language model, a tiny reward model and prompts, made once for a class of tests.</summary>
public sealed class TinyFolders : IDisposable
{
    private static readonly string[] Texts = ["the cat sat on the mat", "a dog ran to the park", "please open the door, thanks"];

    public TinyFolders()
    {
        Directory.CreateDirectory(Root);
        Tokenizer tokenizer = BpeTrainer.Train(Texts, 280, ["<|endoftext|>"]).ToTokenizer();
        ModelConfig config = TinyModels.Config(tokenizer.VocabularySize) with { EosTokenIds = [tokenizer.EosTokenId ?? 0] };
        using (DecoderModel model = DecoderModel.Create(config, 7))
            CheckpointFolder.WriteModel(Model, config, model.NamedParameters());
        tokenizer.Save(Model);
        using (SequenceClassifier judge = SequenceClassifier.Create(config, ["polite", "long"], "mean", 8))
            CheckpointFolder.WriteModel(Reward, judge.Decoder.Config, judge.NamedParameters());
        tokenizer.Save(Reward);
        Prompts = Write("prompts.jsonl", """{"prompt":"the cat"}""", """{"prompt":"a dog"}""");
    }

    public string Root { get; } = Path.Combine(Path.GetTempPath(), $"plumbline-cli-{Guid.NewGuid():N}");

    public string Model => In("model");

    public string Reward => In("reward");

    public string Prompts { get; }

    public string In(string name) => Path.Combine(Root, name);

    public string Write(string name, params string[] lines)
    {
        File.WriteAllLines(In(name), lines);
        return In(name);
    }

    /// <summary>A GRPO run of a few tokens a step.</summary>
    public string[] Grpo(string run, params string[] more) =>
    [
        "grpo", "--model", Model, "--reward", Reward, "--prompts", Prompts, "--out", In(run), "--no-live", "--set", "grpo.num_generations=2",
        "--set", "grpo.prompts_per_step=1", "--set", "grpo.max_completion_length=4", .. more,
    ];

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
