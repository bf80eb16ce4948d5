using Plumbline.Models.Checkpoints;
using Plumbline.Training.Policies;
using TorchSharp;

namespace Plumbline.Training.RewardModeling;

/// <summary>A running mean of weights: smoother than the weights of any one step, it generalises a little better and is what early stopping judges.</summary>
/// <remarks>Source: Polyak and Juditsky 1992, with exponential decay, and the decay's warm-up min(d, (1 + s)/(10 + s)) of TensorFlow's ExponentialMovingAverage. The parameters stay their owner's.</remarks>
internal sealed class WeightAverage : IDisposable
{
    private readonly IReadOnlyList<KeyValuePair<string, Tensor>> _parameters;
    private readonly KeyValuePair<string, Tensor>[] _means;
    private readonly double _decay;

    public WeightAverage(IReadOnlyList<KeyValuePair<string, Tensor>> parameters, double decay)
    {
        using var noGradient = torch.no_grad();
        (_parameters, _decay) = (parameters, decay);
        _means = [.. parameters.Select(p => KeyValuePair.Create(p.Key, p.Value.detach().clone().DetachFromDisposeScope()))];
    }

    /// <summary>Takes in the weights after a step, counted from 1.</summary>
    public void Add(int step)
    {
        using var noGradient = torch.no_grad();
        double decay = Math.Min(_decay, (1.0 + step) / (10.0 + step));
        for (int i = 0; i < _means.Length; i++)
            _means[i].Value.lerp_(_parameters[i].Value, 1.0 - decay);
    }

    /// <summary>Puts the mean in the parameters' place until the result is disposed.</summary>
    public IDisposable PutIn()
    {
        Exchange();
        return new Return(this);
    }

    public void Save(string path) => SafetensorsWriter.Write(path, _means);

    public void Load(string path) => WeightFile.CopyInto(_means, path);

    private void Exchange()
    {
        using var noGradient = torch.no_grad();
        for (int i = 0; i < _means.Length; i++)
        {
            using Tensor weights = _parameters[i].Value.clone();
            _parameters[i].Value.copy_(_means[i].Value);
            _means[i].Value.copy_(weights);
        }
    }

    public void Dispose()
    {
        foreach (KeyValuePair<string, Tensor> mean in _means)
            mean.Value.Dispose();
    }

    private sealed class Return(WeightAverage average) : IDisposable
    {
        public void Dispose() => average.Exchange();
    }
}
