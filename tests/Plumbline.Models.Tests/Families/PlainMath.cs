namespace Plumbline.Models.Tests.Families;

/// <summary>The pieces of a decoder as loops over numbers, each as the publication has it.</summary>
internal static class PlainMath
{
    public static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    public static double[] Scale(double[] x, double factor) => [.. x.Select(v => v * factor)];

    public static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    /// <summary>x / √(mean(x²) + ε) times the weights.</summary>
    public static double[] Rms(double[] x, double[] weight, double epsilon)
    {
        double scale = 1 / Math.Sqrt(x.Sum(v => v * v) / x.Length + epsilon);
        return [.. x.Select((v, i) => v * scale * weight[i])];
    }

    public static double[] LayerNorm(double[] x, double[] weight, double[] bias, double epsilon)
    {
        double mean = x.Average(), variance = x.Average(v => (v - mean) * (v - mean));
        return [.. x.Select((v, i) => (v - mean) / Math.Sqrt(variance + epsilon) * weight[i] + bias[i])];
    }

    public static double Silu(double x) => x / (1 + Math.Exp(-x));

    public static double GeluTanh(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * Math.Pow(x, 3))));

    public static double Cap(double x, double cap) => cap * Math.Tanh(x / cap);

    public static double[] Softmax(IReadOnlyList<double> scores)
    {
        double most = scores.Max(), sum = scores.Sum(s => Math.Exp(s - most));
        return [.. scores.Select(s => Math.Exp(s - most) / sum)];
    }

    /// <summary>Head <paramref name="head"/> of a row of heads.</summary>
    public static double[] Head(double[] x, int head, int width) => x[(head * width)..((head + 1) * width)];

    /// <summary>Pairs (i, i + D/2) turned by place · frequency_i.</summary>
    public static double[] Rotate(double[] head, int place, Func<int, double> frequency, double factor = 1)
    {
        int half = head.Length / 2;
        double[] rotated = new double[head.Length];
        for (int i = 0; i < half; i++)
        {
            double angle = place * frequency(i), cosine = Math.Cos(angle) * factor, sine = Math.Sin(angle) * factor;
            rotated[i] = head[i] * cosine - head[i + half] * sine;
            rotated[i + half] = head[i + half] * cosine + head[i] * sine;
        }
        return rotated;
    }

    /// <summary>What each place's query mixes of the values it sees, all heads behind each other.</summary>
    /// <param name="queries">Per place, H heads of D.</param>
    /// <param name="keys">Per place, fewer heads.</param>
    /// <param name="values">As <paramref name="keys"/>.</param>
    /// <param name="width">D.</param>
    /// <param name="score">From q·k to the score.</param>
    /// <param name="window">Keys a query sees, itself included.</param>
    public static double[][] Attend(double[][] queries, double[][] keys, double[][] values, int width, Func<double, double> score, int window = int.MaxValue)
    {
        int heads = queries[0].Length / width, group = heads / (keys[0].Length / width);
        return [.. queries.Select((query, t) =>
        {
            double[] mixed = new double[query.Length];
            int first = Math.Max(0, t - window + 1);
            for (int h = 0; h < heads; h++)
            {
                double[] weights = Softmax([.. Enumerable.Range(first, t - first + 1).Select(s => score(Dot(Head(query, h, width), Head(keys[s], h / group, width))))]);
                for (int d = 0; d < width; d++)
                    mixed[h * width + d] = weights.Select((w, i) => w * values[first + i][h / group * width + d]).Sum();
            }
            return mixed;
        })];
    }
}
