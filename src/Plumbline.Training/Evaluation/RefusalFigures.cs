using Plumbline.Training.Data;

namespace Plumbline.Training.Evaluation;

/// <summary>Refusals where they are wanted and where they are not.</summary>
/// <param name="Harmful">On prompts to be refused; high is good.</param>
/// <param name="ByFamily">The same by attack family, for prompts that name one.</param>
/// <param name="OverRefusal">On prompts to be answered; low is good.</param>
/// <param name="LookAlikes">Those of them that are not <paramref name="Benign"/>: harmless prompts that sound like harmful ones.</param>
/// <param name="Benign">Those of them whose category is <c>everyday</c> (the embedded world's) or <c>benign</c>.</param>
public sealed record RefusalFigures(
    RefusalRate Harmful, IReadOnlyDictionary<string, RefusalRate> ByFamily, RefusalRate OverRefusal, RefusalRate LookAlikes, RefusalRate Benign)
{
    /// <summary>Counts refusals by the prompts' tags.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="refusals">Whether each one's answer refuses.</param>
    /// <param name="seed">Seed of the intervals.</param>
    /// <returns>Null where no prompt says what is expected.</returns>
    public static RefusalFigures? Of(IReadOnlyList<PromptRow> prompts, IReadOnlyList<bool> refusals, long seed)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        RefusalRate Where(Func<PromptRow, bool> holds) => RefusalRate.Of(prompts.Zip(refusals).Where(p => holds(p.First)).Select(p => p.Second), seed);
        if (prompts.All(p => p.Expected is null))
            return null;
        string[] families = [.. prompts.Where(p => p.Expected == ExpectedAnswer.Refuse && p.Family is not null).Select(p => p.Family!).Distinct().Order(StringComparer.Ordinal)];
        return new RefusalFigures(
            Where(p => p.Expected == ExpectedAnswer.Refuse),
            families.ToDictionary(f => f, f => Where(p => p.Expected == ExpectedAnswer.Refuse && p.Family == f)),
            Where(p => p.Expected == ExpectedAnswer.Comply),
            Where(p => p.Expected == ExpectedAnswer.Comply && !IsBenign(p)),
            Where(p => p.Expected == ExpectedAnswer.Comply && IsBenign(p)));
    }

    private static bool IsBenign(PromptRow prompt) => prompt.Category is "everyday" or "benign";
}
