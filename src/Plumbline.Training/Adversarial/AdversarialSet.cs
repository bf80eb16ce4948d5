using Plumbline.Training.Data;

namespace Plumbline.Training.Adversarial;

/// <summary>Builds adversarial sets: requests to be refused and harmless look-alikes, wrapped by the same attack families.</summary>
/// <remarks>
/// The look-alikes go through every wrapping too, so that the wrapping alone does not tell harm. Rows are balanced over the families, within a family over
/// requests and templates. What is held out is disjoint from training twice over: by request (whole groups) and by family.
/// Everything is a function of the arguments. Thread-safe.
/// </remarks>
public static class AdversarialSet
{
    private const long BehaviourStream = 11, LookAlikeStream = 12, FamilyStream = 13, RowStream = 14;
    private const double HeldOutFamilyShare = 0.2;

    /// <summary>Builds a set.</summary>
    /// <param name="options">What is wanted.</param>
    /// <param name="behaviours">Requests to be refused; repeated ones count once.</param>
    /// <param name="lookAlikes">Harmless requests; may be empty.</param>
    /// <param name="families">Other wordings of the families; null takes <see cref="AttackFamilies.All"/>.</param>
    /// <returns>At most <see cref="AdversarialOptions.Count"/> rows of different prompts, in mixed order; fewer when all there are have been taken.</returns>
    /// <exception cref="ArgumentException">An option is at fault, there is no behaviour, or a request is both to be refused and to be answered.</exception>
    public static IReadOnlyList<AdversarialRow> Build(
        AdversarialOptions options, IReadOnlyList<Behaviour> behaviours, IReadOnlyList<Behaviour> lookAlikes, IReadOnlyList<AttackFamily>? families = null)
    {
        string[] faults = [.. options.Faults("")];
        if (faults.Length > 0)
            throw new ArgumentException(string.Join('\n', faults));
        Behaviour[] harmful = [.. behaviours.DistinctBy(b => b.Key)], harmless = [.. lookAlikes.DistinctBy(b => b.Key)];
        if (harmful.Length == 0)
            throw new ArgumentException("There is no behaviour to be refused, so there is nothing to attack with. Add one.");
        if (harmful.IntersectBy(harmless.Select(b => b.Key), b => b.Key).FirstOrDefault() is { } both)
            throw new ArgumentException($"The request '{both.Text}' stands among the behaviours and among the look-alikes. Is it to be refused or answered? Remove one.");

        AttackFamily[] used = [.. (families ?? AttackFamilies.All).Where(f => options.Families.Count == 0 || options.Families.Contains(f.Name))];
        HashSet<string> unseenFamilies = [.. options.HeldOutFamilies ?? Chosen(used, options.Seed)];
        IEnumerable<AdversarialRow>[] Source(Behaviour[] requests, ExpectedAnswer expected, long stream)
        {
            HashSet<string> unseen = HeldOutGroups(requests, options.HeldOutFraction, options.Seed + stream);
            return [.. used.Select((family, index) => Wrapped(family, requests, expected, unseen, unseenFamilies.Contains(family.Name), options.Seed + stream, index))];
        }

        List<AdversarialRow> rows = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        using var refused = new BalancedDraw(Source(harmful, ExpectedAnswer.Refuse, BehaviourStream), seen);
        using var answered = new BalancedDraw(Source(harmless, ExpectedAnswer.Comply, LookAlikeStream), seen);
        int wantedHarmless = (int)Math.Round(options.Count * options.LookAlikeFraction);
        rows.AddRange(refused.Take(options.Count - wantedHarmless));
        rows.AddRange(answered.Take(options.LookAlikeFraction > 0 ? options.Count - rows.Count : 0));
        rows.AddRange(refused.Take(options.Count - rows.Count));
        return [.. DeterministicShuffle.Order(rows.Count, options.Seed, RowStream).Select(row => rows[row])];
    }

    private static IEnumerable<string> Chosen(AttackFamily[] families, long seed)
    {
        string[] candidates = [.. families.Select(f => f.Name).Where(name => name != AttackFamilies.Direct)];
        int count = families.Length < 3 ? 0 : Math.Max(1, (int)Math.Round(HeldOutFamilyShare * families.Length));
        return DeterministicShuffle.Order(candidates.Length, seed, FamilyStream).Take(count).Select(index => candidates[index]);
    }

    private static HashSet<string> HeldOutGroups(Behaviour[] requests, double fraction, long seed)
    {
        string[] groups = [.. requests.Select(GroupOf).Distinct()];
        return [.. DeterministicShuffle.Split(groups.Length, fraction, seed).HeldOut.Select(index => groups[index])];
    }

    private static string GroupOf(Behaviour request) => request.Group ?? request.Key;

    /// <summary>Every request in every template of a family, once; each stretch of as many rows as there are requests holds each request once and the templates evenly.</summary>
    private static IEnumerable<AdversarialRow> Wrapped(
        AttackFamily family, Behaviour[] requests, ExpectedAnswer expected, HashSet<string> unseen, bool isUnseenFamily, long seed, int index)
    {
        int[] order = DeterministicShuffle.Order(requests.Length, seed, index);
        for (int round = 0; round < family.Templates.Count; round++)
            for (int at = 0; at < order.Length; at++)
            {
                Behaviour request = requests[order[at]];
                AttackTemplate template = family.Templates[(at + round) % family.Templates.Count];
                AdversarialSplit split = (unseen.Contains(GroupOf(request)), isUnseenFamily) switch
                {
                    (false, false) => AdversarialSplit.Train,
                    (true, false) => AdversarialSplit.HeldOutBehavior,
                    (false, true) => AdversarialSplit.HeldOutFamily,
                    (true, true) => AdversarialSplit.HeldOutBoth,
                };
                yield return new AdversarialRow(template.Wrap(request.Text), request.Text, family.Name, template.Name, request.Category, expected, split);
            }
    }
}
