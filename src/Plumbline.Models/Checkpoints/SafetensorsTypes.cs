using TorchSharp;

namespace Plumbline.Models.Checkpoints;

/// <summary>The element types shared by the safetensors format and libtorch.</summary>
internal static class SafetensorsTypes
{
    private static readonly (string Name, torch.ScalarType Type, int Size)[] Known =
    [
        ("F64", torch.ScalarType.Float64, 8), ("F32", torch.ScalarType.Float32, 4),
        ("F16", torch.ScalarType.Float16, 2), ("BF16", torch.ScalarType.BFloat16, 2),
        ("I64", torch.ScalarType.Int64, 8), ("I32", torch.ScalarType.Int32, 4),
        ("I16", torch.ScalarType.Int16, 2), ("I8", torch.ScalarType.Int8, 1),
        ("U8", torch.ScalarType.Byte, 1), ("BOOL", torch.ScalarType.Bool, 1),
    ];

    public static string Names => string.Join(", ", Known.Select(known => known.Name));

    public static bool TryParse(string name, out torch.ScalarType type, out int size)
    {
        (string found, type, size) = Known.FirstOrDefault(known => known.Name == name);
        return found is not null;
    }

    public static string? NameOf(torch.ScalarType type) => Known.FirstOrDefault(known => known.Type == type).Name;

    public static int SizeOf(torch.ScalarType type) => Known.First(known => known.Type == type).Size;

    public static bool IsFloating(torch.ScalarType type) =>
        type is torch.ScalarType.Float64 or torch.ScalarType.Float32 or torch.ScalarType.Float16 or torch.ScalarType.BFloat16;

    /// <summary>The spelling of config.json's <c>dtype</c> for a type; null for one in which no weights are stored.</summary>
    public static string? ToConfig(torch.ScalarType type) => type switch
    {
        torch.ScalarType.Float32 => "float32",
        torch.ScalarType.Float16 => "float16",
        torch.ScalarType.BFloat16 => "bfloat16",
        _ => null,
    };

    /// <summary>The spelling of config.json's <c>dtype</c>, in which weights may be stored; null for a type that none may be.</summary>
    public static torch.ScalarType? FromConfig(string name) => name switch
    {
        "float32" => torch.ScalarType.Float32,
        "float16" => torch.ScalarType.Float16,
        "bfloat16" => torch.ScalarType.BFloat16,
        _ => null,
    };
}
