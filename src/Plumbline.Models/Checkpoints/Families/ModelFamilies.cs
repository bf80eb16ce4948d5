namespace Plumbline.Models.Checkpoints.Families;

/// <summary>Every family that can be read; a new one is a file of its own and a line here.</summary>
internal static class ModelFamilies
{
    private static readonly IModelFamily[] All =
    [
        new Qwen2Family(),
        new Qwen3Family(),
        new LlamaFamily(),
        new MistralFamily(),
        new Gemma2Family(),
        new Gpt2Family(),
        new Phi3Family(),
        new Qwen2MoeFamily(),
        new Qwen3MoeFamily(),
        new Olmo2Family(),
    ];

    /// <summary>The classes that can be read, for messages.</summary>
    public static string Supported => string.Join(", ", All.SelectMany(family => family.Architectures));

    /// <summary>The families as config.json spells them.</summary>
    public static IReadOnlyList<string> ModelTypes => [.. All.Select(family => family.ModelType)];

    public static IModelFamily? ByModelType(string modelType) => All.FirstOrDefault(family => family.ModelType == modelType);

    /// <summary>The class of a family's sequence classifier.</summary>
    public static string Classifier(string modelType) => ByModelType(modelType)!.Architectures.First(name => name.EndsWith("ForSequenceClassification", StringComparison.Ordinal));

    public static IModelFamily? ByArchitecture(string architecture) => All.FirstOrDefault(family => family.Architectures.Contains(architecture));
}
