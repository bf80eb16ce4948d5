using Plumbline.Models.Checkpoints;
using Plumbline.Models.Quantization;
using TorchSharp;

namespace Plumbline.Training.Optimization;

/// <summary>Adam with decoupled weight decay, its state open to be saved and restored bit for bit.</summary>
/// <remarks>
/// Source: Loshchilov and Hutter 2017, arXiv:1711.05101, Algorithm 2; torch.optim.AdamW's form. In 8 bits, its state is widened, moved on and packed again parameter
/// by parameter (Dettmers et al. 2022, arXiv:2110.02861); as in bitsandbytes, parameters of fewer than 4,096 numbers keep theirs in float32. The parameters stay their owner's.
/// </remarks>
public sealed class AdamW : IDisposable
{
    private const long LeastPacked = 4096;
    private const string StepKey = "step", BitsKey = "bits";

    private readonly IReadOnlyList<KeyValuePair<string, Tensor>> _parameters;
    private readonly Moment[] _first, _second;
    private readonly bool _packed;
    private readonly double _beta1, _beta2, _epsilon, _weightDecay;
    private long _step;

    /// <summary>Prepares zero moments for every parameter.</summary>
    /// <param name="parameters">Trainable leaves by name.</param>
    /// <param name="beta1">Decay of the first moment.</param>
    /// <param name="beta2">Decay of the second moment.</param>
    /// <param name="epsilon">Added to the root of the second moment.</param>
    /// <param name="weightDecay">Share of the weight taken off per unit of learning rate.</param>
    /// <param name="packed">Whether the state is held in 8 bits.</param>
    /// <param name="offloaded">Whether it is held in the processor's memory, wherever the parameters are.</param>
    public AdamW(
        IReadOnlyList<KeyValuePair<string, Tensor>> parameters, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0,
        bool packed = false, bool offloaded = false)
    {
        using var noGradient = torch.no_grad();
        (_parameters, _beta1, _beta2, _epsilon, _weightDecay) = (parameters, beta1, beta2, epsilon, weightDecay);
        _packed = packed;
        Moment Create(Tensor parameter, DynamicMap map) => packed && parameter.numel() >= LeastPacked ? new PackedMoment(parameter, map, offloaded) : new FullMoment(parameter, offloaded);
        _first = [.. parameters.Select(p => Create(p.Value, DynamicMap.Signed))];
        _second = [.. parameters.Select(p => Create(p.Value, DynamicMap.Unsigned))];
    }

    /// <summary>One update from the parameters' gradients.</summary>
    public void Step(double learningRate)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        _step++;
        double correction1 = 1.0 - Math.Pow(_beta1, _step), correction2 = Math.Sqrt(1.0 - Math.Pow(_beta2, _step));
        for (int i = 0; i < _parameters.Count; i++)
        {
            Tensor parameter = _parameters[i].Value;
            if (parameter.grad is not { } gradient)
                continue;
            if (_weightDecay != 0)
                parameter.mul_(1.0 - learningRate * _weightDecay);
            using var parameterScope = torch.NewDisposeScope();
            Tensor first = _first[i].Take().mul_(_beta1).add_(gradient, alpha: 1.0 - _beta1);
            Tensor second = _second[i].Take().mul_(_beta2).addcmul_(gradient, gradient, 1.0 - _beta2);
            Tensor denominator = second.sqrt().div_(correction2).add_(_epsilon);
            parameter.addcdiv_(first, denominator, -learningRate / correction1);
            _first[i].Keep(first);
            _second[i].Keep(second);
        }
    }

    /// <summary>Writes moments and step count to one safetensors file.</summary>
    public void Save(string path) => SafetensorsWriter.Write(path, State(), new Dictionary<string, string> { [StepKey] = _step.ToString(), [BitsKey] = Bits });

    /// <summary>Restores what <see cref="Save"/> wrote.</summary>
    /// <exception cref="CheckpointException">The file's tensors are not those of these parameters.</exception>
    public void Load(string path)
    {
        using var noGradient = torch.no_grad();
        using SafetensorsFile file = SafetensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault(BitsKey, "32") is var bits && bits != Bits)
            throw new CheckpointException($"{path}: the optimizer's state was saved in {bits} bits, but this run keeps it in {Bits}. Go on with the optimizer.optim that the run was begun with.");
        foreach (KeyValuePair<string, Tensor> entry in State())
        {
            using Tensor saved = file.Read(entry.Key);
            entry.Value.copy_(saved);
        }
        _step = long.Parse(file.Metadata[StepKey]);
    }

    private string Bits => _packed ? "8" : "32";

    private IEnumerable<KeyValuePair<string, Tensor>> State() => _parameters.SelectMany((parameter, i) =>
        new[] { ("first.", _first[i]), ("second.", _second[i]) }.SelectMany(moment =>
            moment.Item2.State.Select(part => KeyValuePair.Create(moment.Item1 + parameter.Key + part.Key, part.Value))));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Moment moment in _first.Concat(_second))
            moment.Dispose();
    }
}
