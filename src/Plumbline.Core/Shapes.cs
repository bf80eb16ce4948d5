using System.Runtime.CompilerServices;
using TorchSharp;

namespace Plumbline.Core;

/// <summary>The first lines of every function of tensors: its shapes, made executable.</summary>
public static class Shapes
{
    /// <summary>The two sizes of a matrix.</summary>
    /// <param name="tensor">Any dtype, two dimensions.</param>
    /// <param name="name">The parameter's name; filled in by the compiler.</param>
    /// <exception cref="ShapeException">The tensor has not two dimensions.</exception>
    public static (long Rows, long Columns) Matrix(Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        long[] shape = tensor.shape;
        return shape.Length == 2 ? (shape[0], shape[1]) : throw new ShapeException(Text(shape), "a matrix", name);
    }

    /// <summary>The size of a vector.</summary>
    /// <param name="tensor">Any dtype, one dimension.</param>
    /// <param name="name">The parameter's name; filled in by the compiler.</param>
    /// <exception cref="ShapeException">The tensor has not one dimension.</exception>
    public static long Vector(Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        long[] shape = tensor.shape;
        return shape.Length == 1 ? shape[0] : throw new ShapeException(Text(shape), "a vector", name);
    }

    /// <summary>Demands a vector of <paramref name="length"/> elements.</summary>
    /// <exception cref="ShapeException">The tensor has another shape.</exception>
    public static void Require(long length, Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string name = "") =>
        RequireShape([length], tensor, name);

    /// <summary>Demands a matrix of these two sizes.</summary>
    /// <exception cref="ShapeException">The tensor has another shape.</exception>
    public static void Require((long Rows, long Columns) shape, Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string name = "") =>
        RequireShape([shape.Rows, shape.Columns], tensor, name);

    /// <summary>Demands a list or span of <paramref name="wanted"/> elements.</summary>
    /// <exception cref="ShapeException">The count is another.</exception>
    public static void RequireCount(long wanted, long got, string name)
    {
        if (got != wanted)
            throw new ShapeException(Text([got]), Text([wanted]), name);
    }

    /// <summary>Demands a tensor of truth values.</summary>
    /// <exception cref="ArgumentException">The dtype is another.</exception>
    public static void RequireBool(Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        if (tensor.dtype != torch.ScalarType.Bool)
            throw new ArgumentException($"{name} has dtype {tensor.dtype}, but Bool is wanted (true = counts). Compare or convert it first.", name);
    }

    /// <summary>Demands float32 or float64.</summary>
    /// <exception cref="ArgumentException">The dtype is another.</exception>
    public static void RequireFloat(Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        if (tensor.dtype is not (torch.ScalarType.Float32 or torch.ScalarType.Float64))
            throw new ArgumentException($"{name} has dtype {tensor.dtype}, but Float32 or Float64 is wanted. Convert it first.", name);
    }

    private static void RequireShape(long[] wanted, Tensor tensor, string name)
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        if (!tensor.shape.AsSpan().SequenceEqual(wanted))
            throw new ShapeException(Text(tensor.shape), Text(wanted), name);
    }

    private static string Text(long[] shape) => $"({string.Join(", ", shape)})";
}
