using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;

namespace Plumbline.Training.Evaluation.Judging;

/// <summary>Fits and asks ML.NET's boosted trees: one thread, fixed seed, so that equal rows give equal trees.</summary>
internal sealed class BoostedTrees(int seed)
{
    private const string Features = "Features", Score = "Score";
    private readonly MLContext _ml = new(seed);

    /// <summary>Gradient-boosted regression trees.</summary>
    public ITransformer Fit(IReadOnlyList<(float[] Features, double Label)> rows, JudgeOptions options) =>
        InlineScheduler.Run(() => _ml.Regression.Trainers.FastTree(new FastTreeRegressionTrainer.Options
        {
            NumberOfTrees = options.Trees,
            NumberOfLeaves = options.Leaves,
            LearningRate = options.LearningRate,
            MinimumExampleCountPerLeaf = Math.Clamp(rows.Count / 200, 2, 20),
            NumberOfThreads = 1,
            Seed = seed,
            FeatureSelectionSeed = seed,
        }).Fit(View(rows.Select(r => new DenseRow { Features = r.Features, Label = (float)r.Label }), rows[0].Features.Length)));

    public float[] Ask(ITransformer model, IReadOnlyList<float[]> rows) =>
        rows.Count == 0 ? [] : [.. model.Transform(View(rows.Select(r => new DenseRow { Features = r }), rows[0].Length)).GetColumn<float>(Score)];

    public void Save(ITransformer model, string path) => _ml.Model.Save(model, null, path);

    public ITransformer Load(string path) => _ml.Model.Load(path, out _);

    private IDataView View(IEnumerable<DenseRow> rows, int size)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(DenseRow));
        schema[Features].ColumnType = new VectorDataViewType(NumberDataViewType.Single, size);
        return _ml.Data.LoadFromEnumerable(rows.ToArray(), schema);
    }
}
