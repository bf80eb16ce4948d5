using System.CommandLine;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Quantization;

namespace Plumbline.Cli.Verbs;

/// <summary>How a model's weights are held: <c>--dtype</c> and <c>--quantization</c>.</summary>
internal sealed class PrecisionOptions
{
    private readonly Option<string?> _dtype = DType(), _quantization = Quantization();

    /// <summary>The same as keys of a recipe.</summary>
    public static (Option<string?> Option, string Key) DTypeKey => (DType(), "dtype");

    /// <inheritdoc cref="DTypeKey"/>
    public static (Option<string?> Option, string Key) QuantizationKey => (Quantization(), "quantization");

    public void AddTo(Command command)
    {
        command.Add(_dtype);
        command.Add(_quantization);
    }

    /// <exception cref="UsageException">A word is not known.</exception>
    public (ModelDType DType, QuantizationType Quantization) Read(ParseResult parsed) => (Word<ModelDType>(_dtype, parsed), Word<QuantizationType>(_quantization, parsed));

    private static Option<string?> DType() => new("--dtype") { HelpName = "TYPE", Description = "how frozen weights are held: float32, bfloat16 or float16 (default: float32 on a CPU, bfloat16 on a GPU)" };

    private static Option<string?> Quantization() => new("--quantization") { HelpName = "TYPE", Description = "bits of frozen projections, packed on load: int8 or nf4 (default: none)" };

    private static T Word<T>(Option<string?> option, ParseResult parsed) where T : struct, Enum
    {
        if (parsed.GetValue(option) is not { } text)
            return default;
        string[] words = [.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())];
        int index = Array.IndexOf(words, text);
        return index >= 0 ? Enum.GetValues<T>()[index] : throw new UsageException($"{option.Name} is '{text}', but must be one of {string.Join(", ", words)}.");
    }
}
