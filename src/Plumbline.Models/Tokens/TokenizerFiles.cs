namespace Plumbline.Models.Tokens;

/// <summary>The files that make up a tokenizer, under the names transformers knows: as paths, or as contents where we made them.</summary>
internal sealed class TokenizerFiles
{
    private static readonly string[] KnownNames =
    [
        "tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt", "tokenizer.model", "added_tokens.json",
        "special_tokens_map.json", "chat_template.jinja", "chat_template.json",
    ];

    private readonly Dictionary<string, string> _paths = [];
    private readonly Dictionary<string, byte[]> _contents = [];

    /// <summary>Every tokenizer file of a folder.</summary>
    internal static TokenizerFiles Of(string directory)
    {
        var files = new TokenizerFiles();
        foreach (string name in KnownNames)
            if (File.Exists(Path.Combine(directory, name)))
                files.Add(name, Path.Combine(directory, name));
        return files;
    }

    internal void Add(string name, string path) => _paths[name] = Path.GetFullPath(path);

    internal void Add(string name, byte[] content) => _contents[name] = content;

    internal void WriteTo(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach ((string name, byte[] content) in _contents)
            File.WriteAllBytes(Path.Combine(directory, name), content);
        foreach ((string name, string source) in _paths)
        {
            string target = Path.GetFullPath(Path.Combine(directory, name));
            if (target == source)
                continue;
            try
            {
                File.WriteAllBytes(target, File.ReadAllBytes(source));
            }
            catch (FileNotFoundException error)
            {
                throw new TokenizerException($"Cannot save the tokenizer: {source}, from which it was loaded, is gone. Put it back, or copy the tokenizer files into {directory}.", error);
            }
        }
    }
}
