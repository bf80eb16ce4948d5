using Plumbline.Models.Checkpoints;
using TorchSharp;

namespace Plumbline.Models.Tests.Families;

/// <summary>The weights of a file, by their names there, as plain numbers.</summary>
internal sealed class StoredWeights
{
    private readonly Dictionary<string, (long[] Shape, double[] Data)> _tensors = new(StringComparer.Ordinal);

    public StoredWeights(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        foreach (string name in file.Entries.Keys)
        {
            using Tensor tensor = file.Read(name, torch.ScalarType.Float64);
            _tensors.Add(name, (tensor.shape, tensor.data<double>().ToArray()));
        }
    }

    public IEnumerable<string> Names => _tensors.Keys;

    public double[] Vector(string name) => _tensors[name].Data;

    public double[] Row(string name, int row)
    {
        (long[] shape, double[] data) = _tensors[name];
        return data[(int)(row * shape[1])..(int)((row + 1) * shape[1])];
    }

    /// <summary>W·x of a matrix stored as (out, in).</summary>
    public double[] Times(string name, double[] x)
    {
        (long[] shape, double[] data) = _tensors[name];
        Assert.Equal(shape[1], x.Length);
        double[] y = new double[shape[0]];
        for (int o = 0; o < y.Length; o++)
            for (int i = 0; i < x.Length; i++)
                y[o] += data[o * x.Length + i] * x[i];
        return y;
    }

    /// <summary>x·W + b of a matrix stored as (in, out), a module of GPT-2.</summary>
    public double[] Conv1D(string module, double[] x)
    {
        (long[] shape, double[] data) = _tensors[module + ".weight"];
        Assert.Equal(shape[0], x.Length);
        double[] y = [.. _tensors[module + ".bias"].Data];
        for (int o = 0; o < y.Length; o++)
            for (int i = 0; i < x.Length; i++)
                y[o] += x[i] * data[i * y.Length + o];
        return y;
    }
}
