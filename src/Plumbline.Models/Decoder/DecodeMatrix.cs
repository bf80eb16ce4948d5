namespace Plumbline.Models.Decoder;

/// <summary>A projection's weight and bias where they lie in memory.</summary>
/// <param name="weight">(outputs, inputs), row after row.</param>
/// <param name="bias">(outputs), or null.</param>
/// <param name="outputs">Outputs.</param>
/// <param name="inputs">Inputs.</param>
internal readonly unsafe struct DecodeMatrix(float* weight, float* bias, int outputs, int inputs)
{
    public readonly float* Weight = weight, Bias = bias;
    public readonly int Outputs = outputs, Inputs = inputs;
}
