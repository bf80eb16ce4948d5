namespace Plumbline.Models.Checkpoints;

/// <summary>How a GGUF file stores matrices; the numbers are ggml's. Vectors (norms, biases) are float32 always.</summary>
public enum GgufType
{
    /// <summary>float32, 4 bytes an element.</summary>
    F32 = 0,

    /// <summary>float16, 2 bytes an element; at most ±65504.</summary>
    F16 = 1,

    /// <summary>ggml's Q8_0: blocks of 32 signed bytes with one float16 scale, 34 bytes a block; a matrix whose rows are no multiple of 32 is float16 instead.</summary>
    Q8 = 8,
}
