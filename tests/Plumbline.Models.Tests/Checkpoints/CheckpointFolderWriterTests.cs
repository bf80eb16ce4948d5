using System.Text.Json.Nodes;
using Plumbline.Models.Checkpoints;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Models.Tests.Checkpoints;

public sealed class CheckpointFolderWriterTests
{
    // 5 at most: 3 and 2 fill a file exactly, 6 stands alone, and each file counts from nothing.
    [Fact]
    public void Split_FillsFilesInOrderAndAtMost() =>
        Assert.Equal([[3, 2], [1, 1], [6], [1, 4]], CheckpointFolderWriter.Split([3, 2, 1, 1, 6, 1, 4], size => size, maxShardBytes: 5));

    [Fact]
    public void As_WholeNumbers_KeepTheirType()
    {
        static PendingTensor Of(torch.ScalarType type) => new("x", [2, 3], type, () => throw new InvalidOperationException());
        Assert.Equal((torch.ScalarType.BFloat16, 12), (Of(torch.ScalarType.Float32).As(torch.ScalarType.BFloat16).Type, Of(torch.ScalarType.Float32).As(torch.ScalarType.BFloat16).Bytes));
        Assert.Equal((torch.ScalarType.Byte, 6), (Of(torch.ScalarType.Byte).As(torch.ScalarType.Float32).Type, Of(torch.ScalarType.Byte).As(torch.ScalarType.Float32).Bytes));
    }

    [Fact]
    public void Write_FewerFilesThanBefore_LeavesNoOldWeights()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        Write(folder, maxShardBytes: 40);
        Assert.Equal(["config.json", "generation_config.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json"], folder.Files);
        JsonNode index = JsonNode.Parse(File.ReadAllText(folder.File("model.safetensors.index.json")))!;
        Assert.Equal(32 + 40, (long)index["metadata"]!["total_size"]!);
        Assert.Equal(("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"), ((string)index["weight_map"]!["a"]!, (string)index["weight_map"]!["b"]!));
        Write(folder, maxShardBytes: 1000);
        Assert.Equal(["config.json", "generation_config.json", "model.safetensors"], folder.Files);
    }

    // 8 and 10 numbers of 4 bytes.
    private static void Write(TemporaryFolder folder, long maxShardBytes) => CheckpointFolderWriter.Write(
        folder.Path, TinyModels.Config(), new Dictionary<string, Tensor> { ["a"] = torch.ones(2, 4), ["b"] = torch.ones(10) }.Select(PendingTensor.Of), null, maxShardBytes);
}
