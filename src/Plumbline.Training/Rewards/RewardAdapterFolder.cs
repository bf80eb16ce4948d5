using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Heads;
using Plumbline.Models.Hub;
using Plumbline.Models.Tokens;
using Plumbline.Training.Policies;
using TorchSharp;

namespace Plumbline.Training.Rewards;

/// <summary>A reward model as an adapter: PEFT's two files with the head among the tensors, and reward_config.json with what PEFT has no word for.</summary>
/// <remarks>
/// PEFT lays it over <c>AutoModelForSequenceClassification.from_pretrained(base, num_labels=M)</c>: <c>task_type</c> is SEQ_CLS and
/// <c>modules_to_save</c> names the head. Labels, pooling, activation and length stand in the third file.
/// </remarks>
internal static class RewardAdapterFolder
{
    private const string ConfigFile = "reward_config.json", HeadPrefix = "base_model.model.", Labels = "labels", Pooling = "pooling";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Whether a folder is one.</summary>
    public static bool Is(string directory) => File.Exists(Path.Combine(directory, ConfigFile));

    /// <summary>Writes one.</summary>
    public static void Write(string directory, LoraAdapter adapter, SequenceClassifier classifier, RewardModelConfig config)
    {
        var json = new JsonObject
        {
            [Labels] = new JsonArray([.. classifier.Labels.Select(label => (JsonNode?)label)]),
            [Pooling] = classifier.Config.Pooling,
        };
        config.AddTo(json);
        Directory.CreateDirectory(directory);
        IEnumerable<KeyValuePair<string, Tensor>> head = classifier.HeadParameters().Select(p => KeyValuePair.Create(HeadPrefix + p.Key, p.Value));
        AdapterFolder.Write(directory, adapter.Config with { TaskType = "SEQ_CLS", ModulesToSave = ["score"] }, adapter.NamedParameters().Concat(head));
        File.WriteAllText(Path.Combine(directory, ConfigFile), json.ToJsonString(Indented) + "\n");
    }

    /// <summary>Reads one, over a policy's base where that is the same folder, else over its own.</summary>
    /// <exception cref="CheckpointException">The folder or its base cannot be read, or the two do not fit.</exception>
    public static RewardModel Load(string directory, torch.Device? device, Policy? policy)
    {
        using AdapterFolder folder = AdapterFolder.Open(directory);
        var json = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(directory, ConfigFile)))!;
        string[] labels = [.. json[Labels]!.AsArray().Select(label => (string)label!)];
        string pooling = (string)json[Pooling]!;
        string place = folder.Config.BaseModelNameOrPath ?? throw new CheckpointException($"{directory}: adapter_config.json does not name the base that the adapter is for. Add base_model_name_or_path.");
        Tokenizer tokenizer = TokenizerFolder.Load(directory);
        var config = RewardModelConfig.Read(json, tokenizer);
        Tensor score = Head(folder, "score.weight")!;
        string trunkFolder = Path.GetFullPath(ModelFolder.Resolve(place));
        bool isShared = policy is not null && Path.GetFullPath(ModelFolder.Resolve(policy.Source)) == trunkFolder;
        if (isShared)
        {
            torch.Device where = policy!.Device;
            return new RewardModel(
                SequenceClassifier.Over(policy.Model, labels, pooling, score.to(where), Head(folder, "score.bias")?.to(where)),
                tokenizer, config, Frozen(LoraAdapter.Load(policy.Model, directory)), isShared: true);
        }
        if (!Directory.Exists(trunkFolder))
            throw new CheckpointException($"{directory} is an adapter for {place}, which is not there. Run from the folder that the name is relative to, or correct base_model_name_or_path in adapter_config.json.");
        using CheckpointFolder trunk = CheckpointFolder.Open(trunkFolder);
        SequenceClassifier classifier = SequenceClassifier.Load(trunk, labels, pooling, device: device);
        classifier.Decoder.RequireGradients(false);
        using (score)
        using (Tensor? bias = Head(folder, "score.bias"))
            classifier.SetHead(score, bias);
        return new RewardModel(classifier, tokenizer, config, Frozen(LoraAdapter.Load(classifier.Decoder, directory)));
    }

    private static Tensor? Head(AdapterFolder folder, string name) => folder.Contains(HeadPrefix + name) || name == "score.weight"
        ? folder.Read(HeadPrefix + name, torch.ScalarType.Float32).DetachFromDisposeScope()
        : null;

    private static LoraAdapter Frozen(LoraAdapter adapter)
    {
        adapter.Train(false);
        return adapter;
    }
}
