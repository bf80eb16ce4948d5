using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Plumbline.Models.Quantization;

/// <summary>Where a contiguous tensor lies in the processor's memory.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>Its first element; the tensor must be kept alive by the caller.</summary>
    public static T* Of<T>(Tensor tensor)
        where T : unmanaged
    {
        using Tensor first = tensor.view(-1).narrow(0, 0, 1); // a span could not hold more than 2 GiB
        return (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }
}
