using System.ComponentModel;
using Plumbline.Training.Recipes.Binding;

namespace Plumbline.Training.Recipes;

/// <summary>Where rows come from: a file, a folder, or files by a pattern; written as its path alone where nothing else is to be said.</summary>
[Shorthand(nameof(Path))]
public sealed record DataSource
{
    /// <summary>A file, a folder of files (that of a dataset of the hub, too), or a pattern such as <c>data/*.parquet</c>.</summary>
    [Description("file, folder, or pattern such as data/*.parquet")]
    public string Path { get; init; } = "";

    /// <summary>jsonl, json, csv, parquet or text; null goes by the files' ending.</summary>
    [Description("jsonl, json, csv, parquet or text; null = by the ending")]
    public string? Format { get; init; }

    /// <summary>Of a folder, the files of this split, named as the hub names them; where no file is named so, and of single files, the rows whose <c>split</c> says so. Null takes a folder's train files where there are such, and every row.</summary>
    [Description("split to take, such as train; null = train files of a folder, else all")]
    public string? Split { get; init; }

    /// <summary>How often rows are drawn from this source, in proportion to the weights of the others; null, at all sources, takes every row once.</summary>
    [Description("share in the mix, relative to the others'; null at all = every row once")]
    public double? Weight { get; init; }

    /// <summary>This source's column names, before those of all: ours to the file's, <c>{prompt: question}</c>.</summary>
    [Description("columns under other names, such as {prompt: question}")]
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new OrderedDictionary<string, string>();

    /// <summary>A source that is its path alone.</summary>
    /// <param name="path">The file, folder or pattern.</param>
    public static implicit operator DataSource(string path) => new() { Path = path };

    /// <summary>The source in a word or two, for model cards.</summary>
    /// <returns>The file's or folder's name, with its split where one is named.</returns>
    public override string ToString() =>
        System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(Path)) + (Split is null ? "" : $" ({Split})");
}
