namespace Plumbline.Training.Evaluation.Judging;

/// <summary>A row as ML.NET's trees take it.</summary>
internal sealed class DenseRow
{
    public float[] Features { get; set; } = [];

    public float Label { get; set; }
}
