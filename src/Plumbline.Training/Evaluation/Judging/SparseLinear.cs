using Plumbline.Training.Data;

namespace Plumbline.Training.Evaluation.Judging;

/// <summary>A linear regressor over hashed features, fitted to squared error by AdaGrad, with a pull towards 0.</summary>
/// <remarks>
/// A row is the places of its features, each of value 1/√count. The weights are the mean over the last half of the passes, which takes off the noise of the order.
/// Source: Duchi, Hazan and Singer 2011, "Adaptive subgradient methods", with a diagonal matrix.
/// </remarks>
internal sealed class SparseLinear
{
    private const int Passes = 6;
    private const double Rate = 0.3, Pull = 1e-4, Start = 1e-3;
    private readonly float[] _weights;
    private readonly float _bias;

    private SparseLinear(float[] weights, float bias) => (_weights, _bias) = (weights, bias);

    /// <summary>Fits rows of places to labels.</summary>
    public static SparseLinear Fit(IReadOnlyList<(int[] Places, double Label)> rows, long seed)
    {
        double bias = rows.Average(r => r.Label); // what is left to explain lies about 0
        float[] weights = new float[SparseFeatures.Size], squares = new float[SparseFeatures.Size], sums = new float[SparseFeatures.Size];
        for (int pass = 0; pass < Passes; pass++)
        {
            foreach (int i in DeterministicShuffle.Order(rows.Count, seed, pass))
            {
                int[] places = rows[i].Places;
                double value = Value(places), error = bias + Dot(weights, places) * value - rows[i].Label;
                foreach (int place in places)
                {
                    double slope = error * value + Pull * weights[place];
                    squares[place] += (float)(slope * slope);
                    weights[place] -= (float)(Rate * slope / Math.Sqrt(Start + squares[place]));
                }
            }
            if (pass >= Passes / 2)
                for (int place = 0; place < sums.Length; place++)
                    sums[place] += weights[place] / (Passes - Passes / 2);
        }
        return new SparseLinear(sums, (float)bias);
    }

    public float Ask(int[] places) => (float)(_bias + Dot(_weights, places) * Value(places));

    public void Write(BinaryWriter file)
    {
        int[] held = [.. Enumerable.Range(0, _weights.Length).Where(place => _weights[place] != 0)];
        file.Write(_bias);
        file.Write(held.Length);
        foreach (int place in held)
        {
            file.Write(place);
            file.Write(_weights[place]);
        }
    }

    public static SparseLinear Read(BinaryReader file)
    {
        float bias = file.ReadSingle();
        float[] weights = new float[SparseFeatures.Size];
        for (int left = file.ReadInt32(); left > 0; left--)
            weights[file.ReadInt32()] = file.ReadSingle();
        return new SparseLinear(weights, bias);
    }

    private static double Value(int[] places) => 1 / Math.Sqrt(Math.Max(1, places.Length));

    private static double Dot(float[] weights, int[] places)
    {
        double sum = 0;
        foreach (int place in places)
            sum += weights[place];
        return sum;
    }
}
