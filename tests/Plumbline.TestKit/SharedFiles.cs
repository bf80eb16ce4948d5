namespace Plumbline.TestKit;

/// <summary>Finds the fixtures that lie beside the project: golden numbers and real data. Tests skip visibly where they are absent.</summary>
public static class SharedFiles
{
    /// <summary>The folder of golden numbers: the environment variable PLUMBLINE_GOLDEN, or shared/golden beside the project; null when there is none.</summary>
    public static string? Golden => Existing(Environment.GetEnvironmentVariable("PLUMBLINE_GOLDEN")) ?? Existing(Beside("golden"));

    /// <summary>A file or folder of real data, such as <c>Data("stories260K")</c>; null when it is absent.</summary>
    public static string? Data(string relativePath) =>
        Existing(Path.Combine(Environment.GetEnvironmentVariable("PLUMBLINE_DATA") ?? Beside("data") ?? "", relativePath));

    /// <summary>The project's folder; null when the tests do not run inside it.</summary>
    public static string? Root
    {
        get
        {
            for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
                if (File.Exists(Path.Combine(folder.FullName, "Plumbline.slnx")))
                    return folder.FullName;
            return null;
        }
    }

    private static string? Beside(string name) => Root is { } root ? Path.Combine(root, "..", "shared", name) : null;

    private static string? Existing(string? path) => !string.IsNullOrEmpty(path) && (Directory.Exists(path) || File.Exists(path)) ? Path.GetFullPath(path) : null;
}
