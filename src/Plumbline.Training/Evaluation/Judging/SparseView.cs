namespace Plumbline.Training.Evaluation.Judging;

/// <summary>A bag of hashed features that a linear model is fitted to.</summary>
internal enum SparseView
{
    /// <summary>Words and pairs of neighbours of the prompt alone.</summary>
    Prompt,

    /// <summary>Runs of one to three tokens of the completion alone, and how it begins and ends.</summary>
    Completion,

    /// <summary>Words of the prompt with words of the completion, each telling pair a feature.</summary>
    Relation,
}
