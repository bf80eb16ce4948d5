using Plumbline.Models.Checkpoints;
using Plumbline.Models.Heads;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Models.Tests.Heads;

/// <summary>Every sequence-classification folder of the golden numbers.</summary>
public sealed class GoldenClassifierTests
{
    public static TheoryData<string, string> Folders() => GoldenFolders.Classifiers();

    [Theory, MemberData(nameof(Folders))]
    public void LogitsLossAndHeadGradient_AgreeWithTheReference(string name, string configFile)
    {
        string directory = GoldenModel.Locate(name);
        string model = configFile == "config.json" ? directory : GoldenModel.WithConfig(directory, configFile);
        using CheckpointFolder folder = CheckpointFolder.Open(model);
        using SequenceClassifier classifier = SequenceClassifier.Load(folder);
        using SafetensorsFile golden = SafetensorsFile.Open(Path.Combine(directory, "golden.safetensors"));
        using var scope = torch.NewDisposeScope();
        classifier.Score.requires_grad_(true);
        Tensor present = golden.Read("attention_mask").to(torch.ScalarType.Bool);
        Tensor logits = classifier.Forward(golden.Read("input_ids"), present, rightPadded: false);
        Assert.InRange((logits - golden.Read("logits")).abs().max().ToDouble(), 0, 1e-4);
        Tensor loss = torch.nn.functional.cross_entropy(logits, golden.Read("labels"));
        Assert.Equal(golden.Read("loss").ToDouble(), loss.ToDouble(), 1e-4);
        loss.backward();
        Assert.InRange((classifier.Score.grad! - golden.Read("grad.score.weight")).abs().max().ToDouble(), 0, 1e-4);
    }
}
