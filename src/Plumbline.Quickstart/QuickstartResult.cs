using Plumbline.Training.Runs;

namespace Plumbline.Quickstart;

/// <summary>What the whole job came to.</summary>
/// <param name="Interrupted">True when it was stopped before its end; then nothing below is filled.</param>
/// <param name="Oracle">By objective, as the oracle sees it, which no training ever saw.</param>
/// <param name="Reward">By objective, as the trained reward model sees it.</param>
/// <param name="Samples">Held-out prompts with both answers.</param>
/// <param name="Seconds">Of each stage.</param>
/// <param name="Tokens">Prompt and completion tokens of GRPO's rollouts.</param>
/// <param name="Folder">Where everything lies.</param>
public sealed record QuickstartResult(
    bool Interrupted, IReadOnlyDictionary<string, Change> Oracle, IReadOnlyDictionary<string, Change> Reward, IReadOnlyList<ReportSample> Samples,
    IReadOnlyDictionary<string, double> Seconds, double Tokens, string Folder);
