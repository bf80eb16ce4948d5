using Plumbline.Models.Checkpoints;
using Plumbline.Models.Checkpoints.Families;
using Plumbline.Models.Quantization;
using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>Where a module's weights come from: a checkpoint, or a seeded normal distribution.</summary>
internal sealed class WeightSource : IDisposable
{
    private readonly Func<string, long[], WeightInit, Tensor> _get;
    private readonly Func<string, long, long, PackedMatrix?> _pack;

    private ReadBuffer? _buffer;

    private WeightSource(Func<string, long[], WeightInit, Tensor> get, Func<string, long, long, PackedMatrix?>? pack = null) => (_get, _pack) = (get, pack ?? ((_, _, _) => null));

    /// <summary>The type that the model computes in.</summary>
    public torch.ScalarType Computed { get; private init; } = torch.ScalarType.Float32;

    /// <summary>Weights of a checkpoint, whose names and shapes must be those of the configuration.</summary>
    public static WeightSource Of(CheckpointFolder folder, ModelPrecision precision, torch.Device? device)
    {
        PackedWeights.RequireKnown(folder);
        bool onCpu = device is null || device.type == DeviceType.CPU;
        var buffer = new ReadBuffer(folder);
        Tensor Place(Tensor tensor) => onCpu ? tensor : tensor.to(device!);
        // A matrix that is held as the file has it is the file's own memory.
        Tensor Stored(string name, torch.ScalarType? dtype)
        {
            bool asItIs = dtype is null || folder.Entry(name).Type == dtype;
            return precision.Frozen && onCpu && asItIs ? folder.Map(name) : asItIs ? folder.Read(name) : Converted(name, dtype!.Value);
        }
        Tensor Converted(string name, torch.ScalarType dtype)
        {
            using Tensor stored = buffer.Read(name);
            return stored.to_type(dtype);
        }
        void RequireShape(string name, IEnumerable<long> found, long[] implied)
        {
            if (!found.SequenceEqual(implied))
                throw new CheckpointException(
                    $"{folder.Directory}: tensor {name} has shape [{string.Join(", ", found)}], but config.json implies [{string.Join(", ", implied)}]. The weights and the configuration are of different models.");
        }
        Tensor Whole(string name, long[] shape, torch.ScalarType? dtype)
        {
            RequireShape(name, folder.Entry(name).Shape, StoredLayout.Shape(folder.Config, name, shape));
            return Place(StoredLayout.ToModel(folder.Config, name, Stored(name, dtype)));
        }
        return new((name, shape, _) => Whole(name, shape, shape.Length > 1 ? precision.Held : precision.Computed), (module, outputs, inputs) =>
        {
            string name = module + ".weight";
            if (PackedWeights.Holds(folder, module))
            {
                PackedMatrix packed = PackedWeights.Read(folder, module, part => Place(Stored(part, null)));
                RequireShape(name, [packed.Rows, packed.Columns], [outputs, inputs]);
                return packed;
            }
            torch.ScalarType held = precision.Held ?? folder.Entry(name).Type;
            if (precision.Quantization == QuantizationType.None)
                return held == precision.Computed ? null : new RoundedMatrix(Whole(name, [outputs, inputs], held).DetachFromDisposeScope());
            RequireShape(name, folder.Entry(name).Shape, StoredLayout.Shape(folder.Config, name, [outputs, inputs]));
            using var scope = torch.NewDisposeScope();
            return PackedWeights.Quantize(StoredLayout.ToModel(folder.Config, name, buffer.Read(name)), precision.Quantization, device);
        })
        {
            Computed = precision.Computed,
            _buffer = buffer,
        };
    }

    /// <summary>Fresh weights of the default type: normal with the configuration's spread, biases zero, norms one.</summary>
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
        })
        {
            Computed = torch.get_default_dtype(),
        };
    }

    /// <summary>Detached copies of weights by name.</summary>
    public static WeightSource CopyOf(IReadOnlyDictionary<string, Tensor> weights, torch.ScalarType computed) =>
        new((name, _, _) => weights[name].detach().clone()) { Computed = computed };

    /// <summary>Tensors without memory: their names and shapes alone, told to <paramref name="seen"/> with what they would be filled with.</summary>
    public static WeightSource Outline(Action<string, WeightInit> seen) => new((name, shape, init) =>
    {
        seen(name, init);
        return torch.empty(shape, device: torch.META);
    });

    public Linear Linear(string name, long outputs, long inputs, bool bias)
    {
        using var noGradient = torch.no_grad();
        Tensor? offset = bias ? _get(name + ".bias", [outputs], WeightInit.Zeros) : null;
        return _pack(name, outputs, inputs) is { } packed ? new Linear(name, packed, offset) : new Linear(name, _get(name + ".weight", [outputs, inputs], WeightInit.Normal), offset);
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

    /// <summary>Lets go of what reading needed; weights that were made stay.</summary>
    public void Dispose() => _buffer?.Dispose();
}
