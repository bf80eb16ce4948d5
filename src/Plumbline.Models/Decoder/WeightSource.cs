using Plumbline.Models.Checkpoints;
using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>Where a module's weights come from: a checkpoint, or a seeded normal distribution.</summary>
internal sealed class WeightSource
{
    private readonly Func<string, long[], Fresh, Tensor> _get;

    private WeightSource(Func<string, long[], Fresh, Tensor> get) => _get = get;

    private enum Fresh
    {
        Normal,
        Zeros,
        Ones,
    }

    /// <summary>Weights of a checkpoint, whose names and shapes must be those of the configuration.</summary>
    public static WeightSource Of(CheckpointFolder folder, torch.ScalarType dtype, torch.Device? device) => new((name, shape, _) =>
    {
        Tensor tensor = folder.Read(name, dtype);
        if (!tensor.shape.SequenceEqual(shape))
            throw new CheckpointException(
                $"{folder.Directory}: tensor {name} has shape [{string.Join(", ", tensor.shape)}], but config.json implies [{string.Join(", ", shape)}]. The weights and the configuration are of different models.");
        return device is null ? tensor : tensor.to(device);
    });

    /// <summary>Fresh weights: normal with the configuration's spread, biases zero, norms one.</summary>
    public static WeightSource Random(double spread, long seed, torch.Device? device = null)
    {
        var generator = new torch.Generator((ulong)seed);
        return new((_, shape, fresh) =>
        {
            Tensor weight = fresh switch
            {
                Fresh.Normal => torch.empty(shape).normal_(0, spread, generator),
                Fresh.Zeros => torch.zeros(shape),
                _ => torch.ones(shape),
            };
            return device is null ? weight : weight.to(device);
        });
    }

    /// <summary>Detached copies of weights by name.</summary>
    public static WeightSource CopyOf(IReadOnlyDictionary<string, Tensor> weights) => new((name, _, _) => weights[name].detach().clone());

    public Linear Linear(string name, long outputs, long inputs, bool bias)
    {
        using var noGradient = torch.no_grad();
        return new Linear(name, _get(name + ".weight", [outputs, inputs], Fresh.Normal), bias ? _get(name + ".bias", [outputs], Fresh.Zeros) : null);
    }

    public RmsNorm Norm(string name, long width, double epsilon)
    {
        using var noGradient = torch.no_grad();
        return new RmsNorm(name, _get(name + ".weight", [width], Fresh.Ones), epsilon);
    }

    public Tensor Vector(string name, long count)
    {
        using var noGradient = torch.no_grad();
        return _get(name, [count], Fresh.Zeros).DetachFromDisposeScope();
    }

    public Tensor Matrix(string name, long rows, long columns)
    {
        using var noGradient = torch.no_grad();
        return _get(name, [rows, columns], Fresh.Normal).DetachFromDisposeScope();
    }
}
