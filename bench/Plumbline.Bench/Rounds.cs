namespace Plumbline.Bench;

/// <summary>Runs arms in turns: one warm-up round, then rounds that each begin with another arm, so that a slow spell of the machine falls on all.</summary>
internal static class Rounds
{
    /// <returns>Samples by (arm, part).</returns>
    public static Dictionary<(string Arm, string Part), Samples> Run(IReadOnlyList<Arm> arms, int rounds)
    {
        var values = new Dictionary<(string, string), List<double>>();
        for (int round = -1; round < rounds; round++)
            for (int i = 0; i < arms.Count; i++)
            {
                Arm arm = arms[(i + Math.Max(0, round)) % arms.Count];
                foreach ((string part, double seconds) in arm.Run())
                    if (round >= 0)
                        (values.TryGetValue((arm.Name, part), out List<double>? list) ? list : values[(arm.Name, part)] = []).Add(seconds);
                GC.Collect();
            }
        return values.ToDictionary(entry => entry.Key, entry => new Samples(entry.Value));
    }
}
