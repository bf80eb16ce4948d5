using Plumbline.Models.Checkpoints;
using TorchSharp;

namespace Plumbline.Training.Optimization;

/// <summary>Adam with decoupled weight decay, its state open to be saved and restored bit for bit.</summary>
/// <remarks>Source: Loshchilov and Hutter 2017, arXiv:1711.05101, Algorithm 2; torch.optim.AdamW's form. The parameters stay their owner's.</remarks>
public sealed class AdamW : IDisposable
{
    private readonly IReadOnlyList<KeyValuePair<string, Tensor>> _parameters;
    private readonly Tensor[] _first, _second;
    private readonly double _beta1, _beta2, _epsilon, _weightDecay;
    private long _step;

    /// <summary>Prepares zero moments for every parameter.</summary>
    /// <param name="parameters">Trainable leaves by name.</param>
    /// <param name="beta1">Decay of the first moment.</param>
    /// <param name="beta2">Decay of the second moment.</param>
    /// <param name="epsilon">Added to the root of the second moment.</param>
    /// <param name="weightDecay">Share of the weight taken off per unit of learning rate.</param>
    public AdamW(IReadOnlyList<KeyValuePair<string, Tensor>> parameters, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
    {
        using var noGradient = torch.no_grad();
        (_parameters, _beta1, _beta2, _epsilon, _weightDecay) = (parameters, beta1, beta2, epsilon, weightDecay);
        _first = [.. parameters.Select(p => torch.zeros_like(p.Value).DetachFromDisposeScope())];
        _second = [.. parameters.Select(p => torch.zeros_like(p.Value).DetachFromDisposeScope())];
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
            _first[i].mul_(_beta1).add_(gradient, alpha: 1.0 - _beta1);
            _second[i].mul_(_beta2).addcmul_(gradient, gradient, 1.0 - _beta2);
            Tensor denominator = _second[i].sqrt().div_(correction2).add_(_epsilon);
            parameter.addcdiv_(_first[i], denominator, -learningRate / correction1);
        }
    }

    /// <summary>Writes moments and step count to one safetensors file.</summary>
    public void Save(string path) => SafetensorsWriter.Write(path, State(), new Dictionary<string, string> { ["step"] = _step.ToString() });

    /// <summary>Restores what <see cref="Save"/> wrote.</summary>
    /// <exception cref="CheckpointException">The file's tensors are not those of these parameters.</exception>
    public void Load(string path)
    {
        using var noGradient = torch.no_grad();
        using SafetensorsFile file = SafetensorsFile.Open(path);
        foreach (KeyValuePair<string, Tensor> entry in State())
        {
            using Tensor saved = file.Read(entry.Key);
            entry.Value.copy_(saved);
        }
        _step = long.Parse(file.Metadata["step"]);
    }

    private IEnumerable<KeyValuePair<string, Tensor>> State()
    {
        for (int i = 0; i < _parameters.Count; i++)
        {
            yield return new("first." + _parameters[i].Key, _first[i]);
            yield return new("second." + _parameters[i].Key, _second[i]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor moment in _first.Concat(_second))
            moment.Dispose();
    }
}
