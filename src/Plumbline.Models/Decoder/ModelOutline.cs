using System.Runtime.CompilerServices;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Checkpoints.Families;

namespace Plumbline.Models.Decoder;

/// <summary>What a model of some shape consists of, from its configuration alone, whatever the family: no weight takes memory.</summary>
public sealed class ModelOutline
{
    private static readonly ConditionalWeakTable<ModelConfig, ModelOutline> s_known = []; // a model of many experts has tens of thousands of weights

    private ModelOutline(IReadOnlyList<ProjectionOutline> projections, long vocabulary, long vectors) => (Projections, Vocabulary, Vectors) = (projections, vocabulary, vectors);

    /// <summary>The matrices of all layers, in the checkpoint's order.</summary>
    public IReadOnlyList<ProjectionOutline> Projections { get; }

    /// <summary>Weights of the embeddings, of tokens and places, and of the head where it is one of its own.</summary>
    public long Vocabulary { get; }

    /// <summary>Weights that are in no matrix: norms and biases.</summary>
    public long Vectors { get; }

    /// <summary>Weights of <see cref="Projections"/>.</summary>
    public long ProjectionWeights => Projections.Sum(p => p.Weights);

    /// <summary>Those of them that a token goes through, on average: all, but of experts.</summary>
    public double VisitedWeights => Projections.Sum(p => p.Weights * p.Visits);

    /// <summary>All weights; tied ones count once.</summary>
    public long Parameters => ProjectionWeights + Vocabulary + Vectors;

    /// <summary>Outlines a language model, or the trunk of a classifier.</summary>
    /// <param name="config">The shape.</param>
    public static ModelOutline Of(ModelConfig config) => s_known.GetValue(config, Draw);

    private static ModelOutline Draw(ModelConfig config)
    {
        using DecoderModel model = DecoderModel.Outline(config, (_, _) => { });
        ModuleNames names = ModuleNames.Of(config);
        HashSet<string> adapted = [.. model.Projections().Select(p => p.Name)];
        double visits = config.Variant.Mixture is { } mixture ? (double)mixture.NumExpertsPerTok / mixture.NumExperts : 1;
        bool IsExpert(string module) => module.Contains("." + names.FeedForward + names.Experts, StringComparison.Ordinal);
        ProjectionOutline[] projections = [.. model.Matrices().Select(m => new ProjectionOutline(m.Name, m.Outputs, m.Inputs, IsExpert(m.Name) ? visits : 1, adapted.Contains(m.Name)))];
        Tensor[] weights = [.. model.NamedParameters().Select(p => p.Value)];
        return new ModelOutline(projections,
            vocabulary: weights.Where(w => w.dim() == 2).Sum(w => w.numel()) - projections.Sum(p => p.Weights), vectors: weights.Where(w => w.dim() != 2).Sum(w => w.numel()));
    }
}
