namespace Plumbline.Models.Checkpoints;

/// <summary>The type in which a frozen model's matrices are held.</summary>
public enum ModelDType
{
    /// <summary>float32 on a CPU and where weights are trained, bfloat16 on a GPU; of a quantised model, what its file has.</summary>
    Auto,

    /// <summary>32 bits.</summary>
    Float32,

    /// <summary>16 bits, 8 of them exponent: float32's range, three digits.</summary>
    Bfloat16,

    /// <summary>16 bits, 5 of them exponent.</summary>
    Float16,
}
