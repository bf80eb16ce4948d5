using System.IO.Compression;
using System.Text.Json;
using Plumbline.Rewards;
using Plumbline.Training.Data;
using Plumbline.Training.Evaluation.Judging;
using Plumbline.Training.RewardModeling;
using Plumbline.Training.Rewards;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Evaluation;

/// <summary>A second opinion on completions, built unlike the neural reward model, so that what fools the one need not fool the other.</summary>
/// <remarks>
/// Counted features instead of embeddings, boosted trees instead of a transformer (ML.NET, on the CPU). Per objective: three linear regressors over hashed
/// features of the prompt, the completion, and pairs of their words; then gradient-boosted trees over what these say and over hand-made relation features
/// (affinity of the answer's words to the prompt's, familiarity of its word runs, repetition, length, order words, refusal phrases).
/// The linear opinions that the trees learn from are out of fold (stacking; Wolpert 1992): two folds by prompt, and an unseen row gets the folds' mean.
/// To be independent it must be trained on rows the reward model was not given: <see cref="DisjointHalves"/>.
/// Deterministic for equal rows and seed. One thread at a time.
/// </remarks>
public sealed class IndependentJudge : IRewardSource
{
    private const string HeadFile = "judge.json", TextFile = "text.bin.gz", Kind = "plumbline_independent_judge";
    private const int Folds = 2;
    private static readonly SparseView[] Views = Enum.GetValues<SparseView>();
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    private readonly JudgeOptions _options;
    private readonly BoostedTrees _trees;
    private readonly TextCounts _counts;
    private readonly ObjectiveJudge[] _judges;

    private IndependentJudge(IReadOnlyList<string> objectives, JudgeOptions options, BoostedTrees trees, TextCounts counts, ObjectiveJudge[] judges) =>
        (Objectives, _options, _trees, _counts, _judges) = (objectives, options, trees, counts, judges);

    /// <inheritdoc/>
    public IReadOnlyList<string> Objectives { get; }

    /// <summary>Trains a judge.</summary>
    /// <param name="rows">Labelled rows; a label that is NaN is left out of its objective.</param>
    /// <param name="objectives">Names of the labels, (M).</param>
    /// <param name="options">How it is built.</param>
    /// <param name="cancellationToken">Asked between its parts.</param>
    /// <exception cref="ArgumentException">An objective has fewer than 20 labels, or a fold of the prompts has none of its labels.</exception>
    public static IndependentJudge Train(IReadOnlyList<RewardRow> rows, IReadOnlyList<string> objectives, JudgeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(objectives);
        ArgumentNullException.ThrowIfNull(options);
        JudgedText[] texts = [.. rows.Select(r => JudgedText.Of(r.Prompt, r.Completion))];
        TextCounts counts = TextCounts.Of(texts);
        var trees = new BoostedTrees(options.Seed);
        // Another question than the one that halves answer, lest a half lie in one fold.
        int[] folds = [.. rows.Select(r => DisjointHalves.IsFirst($"fold of {r.Prompt}{(r.Prompt.Length == 0 ? r.Completion : "")}", "", options.Seed) ? 0 : 1)];
        int[][][] sparse = [.. Views.Select(view => texts.Select(t => SparseFeatures.Of(t, counts, view)).ToArray())];
        var linear = new SparseLinear[objectives.Count][][];
        float[][] opinions = [.. texts.Select(_ => new float[objectives.Count * Views.Length])]; // (rows, M · views)
        for (int k = 0; k < objectives.Count; k++)
        {
            RequireLabels(rows, folds, k, objectives[k]);
            linear[k] = new SparseLinear[Views.Length][];
            for (int v = 0; v < Views.Length; v++)
            {
                linear[k][v] = new SparseLinear[Folds];
                for (int fold = 0; fold < Folds; fold++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    int[] others = [.. Enumerable.Range(0, rows.Count).Where(i => folds[i] != fold && !double.IsNaN(rows[i].Labels[k]))];
                    linear[k][v][fold] = SparseLinear.Fit([.. others.Select(i => (sparse[v][i], rows[i].Labels[k]))], options.Seed);
                    for (int i = 0; i < rows.Count; i++)
                        if (folds[i] == fold)
                            opinions[i][k * Views.Length + v] = linear[k][v][fold].Ask(sparse[v][i]);
                }
            }
        }
        float[][] dense = [.. texts.Select((t, i) => (float[])[.. RelationFeatures.Of(t, counts, own: 1), .. opinions[i]])];
        var judges = new ObjectiveJudge[objectives.Count];
        for (int k = 0; k < judges.Length; k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            judges[k] = new ObjectiveJudge(linear[k], trees.Fit(
                [.. Enumerable.Range(0, rows.Count).Where(i => !double.IsNaN(rows[i].Labels[k])).Select(i => (dense[i], rows[i].Labels[k]))], options));
        }
        return new IndependentJudge([.. objectives], options, trees, counts, judges);
    }

    /// <inheritdoc/>
    public Task<RewardTable> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken) =>
        Task.FromResult(Score(rows, cancellationToken));

    /// <summary>Scores rows, in the labels' unit; a score may lie a little outside the labels' range.</summary>
    /// <param name="rows">Prompts and completions.</param>
    /// <param name="cancellationToken">Asked between its parts.</param>
    public RewardTable Score(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        JudgedText[] texts = [.. rows.Select(r => JudgedText.Of(r.Prompt, r.Completion))];
        float[][] dense = [.. texts.Select(t => RelationFeatures.Of(t, _counts, own: 0).Concat(new float[_judges.Length * Views.Length]).ToArray())];
        for (int v = 0; v < Views.Length; v++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int[][] sparse = [.. texts.Select(t => SparseFeatures.Of(t, _counts, Views[v]))];
            for (int k = 0; k < _judges.Length; k++)
                for (int i = 0; i < texts.Length; i++)
                    dense[i][RelationFeatures.Count + k * Views.Length + v] = _judges[k].Linear[v].Average(model => model.Ask(sparse[i]));
        }
        float[][] columns = [.. _judges.Select(judge => _trees.Ask(judge.Trees, dense))];
        return new RewardTable(Objectives, [.. texts.Select((_, i) => columns.Select(c => (double)c[i]).ToArray())]);
    }

    /// <summary>How well it agrees with labels of rows it was not trained on.</summary>
    public IReadOnlyDictionary<string, ObjectiveReport> Report(IReadOnlyList<RewardRow> heldOut, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(heldOut);
        return ObjectiveReport.Of(Objectives, Score([.. heldOut.Select(r => (r.Prompt, r.Completion))], cancellationToken).Scores, [.. heldOut.Select(r => r.Labels)]);
    }

    /// <summary>Writes it to a folder: judge.json, text.bin.gz (counts and linear models), and ML.NET's zip of each objective's trees.</summary>
    /// <exception cref="RunFolderException">A file cannot be written.</exception>
    public void Save(string directory)
    {
        Directory.CreateDirectory(directory);
        WholeFile.Write(Path.Combine(directory, TextFile), stream =>
        {
            using var file = new BinaryWriter(new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true));
            _counts.Write(file);
            foreach (SparseLinear model in _judges.SelectMany(j => j.Linear).SelectMany(view => view))
                model.Write(file);
        });
        for (int k = 0; k < _judges.Length; k++)
            _trees.Save(_judges[k].Trees, TreesPath(directory, k));
        // Last: a folder without it is no judge.
        WholeFile.WriteText(Path.Combine(directory, HeadFile), JsonSerializer.Serialize(new Head(Kind, Objectives, _options), Json));
    }

    /// <summary>Whether a folder holds a judge.</summary>
    public static bool IsIn(string directory) => File.Exists(Path.Combine(directory, HeadFile));

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="DataException">The folder holds no judge, or a part of it is missing.</exception>
    public static IndependentJudge Load(string directory)
    {
        string path = Path.Combine(directory, HeadFile);
        if (!File.Exists(path))
            throw new DataException(path, 0, "there is no such file, so the folder holds no judge. Train one with `plumbline judge --data labels.jsonl --out DIR`.");
        try
        {
            Head head = JsonSerializer.Deserialize<Head>(File.ReadAllText(path), Json) is { Kind: Kind } read ? read : throw new DataException(path, 0, $"its kind is not {Kind}. Name a folder that `plumbline judge` wrote.");
            var trees = new BoostedTrees(head.Options.Seed);
            using var file = new BinaryReader(new GZipStream(File.OpenRead(Path.Combine(directory, TextFile)), CompressionMode.Decompress));
            TextCounts counts = TextCounts.Read(file);
            ObjectiveJudge[] judges = [.. head.Objectives.Select((_, k) => new ObjectiveJudge(
                [.. Views.Select(_ => Enumerable.Range(0, Folds).Select(_ => SparseLinear.Read(file)).ToArray())],
                trees.Load(TreesPath(directory, k))))];
            return new IndependentJudge(head.Objectives, head.Options, trees, counts, judges);
        }
        catch (Exception fault) when (fault is IOException or JsonException or FormatException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new DataException(directory, 0, $"the judge in it cannot be read: {fault.Message} Train it again with `plumbline judge`.", fault);
        }
    }

    private static void RequireLabels(IReadOnlyList<RewardRow> rows, int[] folds, int objective, string name)
    {
        const int Fewest = 20;
        int[] labels = new int[Folds];
        for (int i = 0; i < rows.Count; i++)
            if (!double.IsNaN(rows[i].Labels[objective]))
                labels[folds[i]]++;
        if (labels.Sum() < Fewest || labels.Contains(0))
            throw new ArgumentException($"The objective '{name}' has {labels.Sum()} labels ({string.Join(" and ", labels)} in the two folds of prompts), but a judge needs at least {Fewest}, some in each. Give more labelled rows, or leave the objective out.");
    }

    private static string TreesPath(string directory, int objective) => Path.Combine(directory, $"trees-{objective}.zip");

    private sealed record Head(string Kind, IReadOnlyList<string> Objectives, JudgeOptions Options);
}
