using Microsoft.ML;

namespace Plumbline.Training.Evaluation.Judging;

/// <summary>One objective's regressors: linear models of each view and fold, and trees over their opinions and the relation features.</summary>
/// <param name="Linear">[view][fold].</param>
/// <param name="Trees">The last word.</param>
internal sealed record ObjectiveJudge(SparseLinear[][] Linear, ITransformer Trees);
