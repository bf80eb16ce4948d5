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
    ];

    /// <summary>The classes that can be read, for messages.</summary>
    public static string Supported => string.Join(", ", All.SelectMany(family => family.Architectures));

    public static IModelFamily? ByModelType(string modelType) => All.FirstOrDefault(family => family.ModelType == modelType);

    public static IModelFamily? ByArchitecture(string architecture) => All.FirstOrDefault(family => family.Architectures.Contains(architecture));
}
