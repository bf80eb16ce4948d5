using Plumbline.Models.Decoder;

namespace Plumbline.Models.Tests.Decoder;

public sealed unsafe class RowProductsTests
{
    // Small whole numbers, whose sums are exact in any order. Around inputs and weights lie NaN: what is read there would be seen.
    [Theory]
    [InlineData(1, 16, 8)]
    [InlineData(1, 17, 3)]
    [InlineData(3, 31, 9)]
    [InlineData(4, 48, 16)]
    [InlineData(6, 18, 21)]
    [InlineData(9, 50, 8)]
    public void Multiply_AnyRowsInputsAndOutputs_GivesTheSumsOfProducts(int rows, int inputs, int outputs)
    {
        int X(int row, int i) => (row * 7 + i * 3) % 11 - 5;
        int W(int output, int i) => (output * 5 + i * 2) % 13 - 6;
        float[] x = Filled(rows * RowProducts.Stride(inputs)), weight = Filled(16 + outputs * inputs + 16), y = Filled(rows * outputs + 1);
        for (int row = 0; row < rows; row++)
            for (int i = 0; i < inputs; i++)
                x[row * inputs + i] = X(row, i);
        for (int o = 0; o < outputs; o++)
            for (int i = 0; i < inputs; i++)
                weight[16 + o * inputs + i] = W(o, i);
        fixed (float* input = x, w = weight, output = y)
        {
            RowProducts.Align(input, rows, inputs);
            RowProducts.Multiply(input, rows, w + 16, inputs, output, outputs, 0, outputs);
        }
        for (int row = 0; row < rows; row++)
            for (int o = 0; o < outputs; o++)
                Assert.Equal(Enumerable.Range(0, inputs).Sum(i => X(row, i) * W(o, i)), y[row * outputs + o]);
        Assert.True(float.IsNaN(y[^1]));
    }

    // Rows alone go through the tiles of one row, four through those of four, cuts that are no multiple of 8 through single sums.
    [Fact]
    public void Multiply_HoweverRowsAndOutputsAreCut_RoundsAlike()
    {
        const int rows = 7, inputs = 45, outputs = 19;
        var random = new Random(1);
        float[] x = Filled(rows * 48), weight = new float[outputs * inputs], whole = new float[rows * outputs], cut = new float[rows * outputs];
        for (int i = 0; i < rows * inputs; i++)
            x[i] = random.NextSingle() - 0.5f;
        for (int i = 0; i < weight.Length; i++)
            weight[i] = random.NextSingle() - 0.5f;
        fixed (float* input = x, w = weight, first = whole, second = cut)
        {
            RowProducts.Align(input, rows, inputs);
            RowProducts.Multiply(input, rows, w, inputs, first, outputs, 0, outputs);
            for (int row = 0; row < rows; row++)
            {
                RowProducts.Multiply(input + row * 48, 1, w, inputs, second + row * outputs, outputs, 0, 3);
                RowProducts.Multiply(input + row * 48, 1, w, inputs, second + row * outputs, outputs, 3, outputs);
            }
        }
        Assert.Equal(whole, cut);
    }

    // Two rows of 18: the last two inputs of each go to the end of its second vector, behind 14 zeros.
    [Fact]
    public void Align_RowsThatFillNoVector_EndWithTheirVectors()
    {
        float[] x = Filled(64);
        for (int i = 0; i < 36; i++)
            x[i] = i;
        fixed (float* rows = x)
            RowProducts.Align(rows, 2, 18);
        float[] Expected(int from) => [.. Enumerable.Range(from, 16), .. new float[14], from + 16, from + 17];
        Assert.Equal([.. Expected(0), .. Expected(18)], x);
    }

    private static float[] Filled(int length)
    {
        float[] x = new float[length];
        Array.Fill(x, float.NaN);
        return x;
    }
}
