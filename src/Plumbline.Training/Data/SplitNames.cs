namespace Plumbline.Training.Data;

/// <summary>Splits as files and rows name them: train, validation (val, valid, dev, eval), test.</summary>
internal static class SplitNames
{
    /// <summary>The split of the files that are taken where a folder has several and none is asked for.</summary>
    public const string Train = "train";

    private const string Validation = "validation", Test = "test";

    private static readonly Dictionary<string, string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        [Train] = Train,
        ["training"] = Train,
        [Validation] = Validation,
        ["val"] = Validation,
        ["valid"] = Validation,
        ["dev"] = Validation,
        ["eval"] = Validation,
        [Test] = Test,
        ["testing"] = Test,
    };

    /// <summary>One word for all words of a split; another word stays as it is.</summary>
    public static string Canonical(string split) => Words.GetValueOrDefault(split, split);

    /// <summary>Whether a row's split says that it is held out from training.</summary>
    public static bool IsValidation(string? split) => split is not null && Canonical(split) == Validation;

    /// <summary>The split that a file's name or one of its folders bears, as in <c>data/train-00000-of-00005.parquet</c>; null where none does.</summary>
    /// <param name="relativePath">The path within the dataset's folder.</param>
    public static string? OfFile(string relativePath) =>
        relativePath.Split('/', '\\', '-', '_', '.', ' ').Select(word => Words.GetValueOrDefault(word)).LastOrDefault(split => split is not null);
}
