using Plumbline.Models.Checkpoints;
using Plumbline.Models.Checkpoints.Families;
using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>Where a module's weights come from: a checkpoint, or a seeded normal distribution.</summary>
internal sealed class WeightSource
{
    private readonly Func<string, long[], WeightInit, Tensor> _get;

    private WeightSource(Func<string, long[], WeightInit, Tensor> get) => _get = get;

    /// <summary>Weights of a checkpoint, whose names and shapes must be those of the configuration.</summary>
    public static WeightSource Of(CheckpointFolder folder, torch.ScalarType dtype, torch.Device? device) => new((name, shape, _) =>
    {
        Tensor stored = folder.Read(name, dtype);
        long[] implied = StoredLayout.Shape(folder.Config, name, shape);
        if (!stored.shape.SequenceEqual(implied))
            throw new CheckpointException(
                $"{folder.Directory}: tensor {name} has shape [{string.Join(", ", stored.shape)}], but config.json implies [{string.Join(", ", implied)}]. The weights and the configuration are of different models.");
        Tensor tensor = StoredLayout.ToModel(folder.Config, name, stored);
        return device is null ? tensor : tensor.to(device);
    });

    /// <summary>Fresh weights: normal with the configuration's spread, biases zero, norms one.</summary>
    public static WeightSource Random(double spread, long seed, torch.Device? device = null)
    {
        var generator = new torch.Generator((ulong)seed);
        return new((_, shape, init) =>
        {
            Tensor weight = init switch
            {
                WeightInit.Normal => torch.empty(shape).normal_(0, spread, generator),
                WeightInit.Zeros => torch.zeros(shape),
                _ => torch.ones(shape),
            };
            return device is null ? weight : weight.to(device);
        });
    }

    /// <summary>Detached copies of weights by name.</summary>
    public static WeightSource CopyOf(IReadOnlyDictionary<string, Tensor> weights) => new((name, _, _) => weights[name].detach().clone());

    /// <summary>Tensors without memory: their names and shapes alone, told to <paramref name="seen"/> with what they would be filled with.</summary>
    public static WeightSource Outline(Action<string, WeightInit> seen) => new((name, shape, init) =>
    {
        seen(name, init);
        return torch.empty(shape, device: torch.META);
    });

    public Linear Linear(string name, long outputs, long inputs, bool bias)
    {
        using var noGradient = torch.no_grad();
        return new Linear(name, _get(name + ".weight", [outputs, inputs], WeightInit.Normal), bias ? _get(name + ".bias", [outputs], WeightInit.Zeros) : null);
    }

    /// <summary>The norm that a configuration asks for, over <paramref name="width"/> numbers.</summary>
    public Norm Norm(string name, long width, ModelConfig config)
    {
        using var noGradient = torch.no_grad();
        Tensor Weight(string kind, WeightInit init) => _get($"{name}.{kind}", [width], init);
        return config.Variant.Norm switch
        {
            NormKind.Rms => new RmsNorm(name, Weight("weight", WeightInit.Ones), config.RmsNormEps),
            NormKind.UnitOffsetRms => new UnitOffsetNorm(name, Weight("weight", WeightInit.Zeros), config.RmsNormEps),
            _ => new LayerNorm(name, Weight("weight", WeightInit.Ones), Weight("bias", WeightInit.Zeros), config.RmsNormEps),
        };
    }

    public Tensor Vector(string name, long count)
    {
        using var noGradient = torch.no_grad();
        return _get(name, [count], WeightInit.Zeros).DetachFromDisposeScope();
    }

    public Tensor Matrix(string name, long rows, long columns)
    {
        using var noGradient = torch.no_grad();
        return _get(name, [rows, columns], WeightInit.Normal).DetachFromDisposeScope();
    }
}
