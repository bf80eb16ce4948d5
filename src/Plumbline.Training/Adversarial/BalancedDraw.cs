namespace Plumbline.Training.Adversarial;

/// <summary>Draws rows from several sources in turn, so that each gives as many as the others until it is empty.</summary>
/// <param name="sources">One source a family.</param>
/// <param name="seen">Prompts drawn already, here or elsewhere; a prompt in it is passed over.</param>
internal sealed class BalancedDraw(IEnumerable<IEnumerable<AdversarialRow>> sources, HashSet<string> seen) : IDisposable
{
    private readonly Queue<IEnumerator<AdversarialRow>> _turns = new(sources.Select(source => source.GetEnumerator()));

    /// <summary>The next rows, at most <paramref name="count"/>; fewer when every source is empty.</summary>
    public IEnumerable<AdversarialRow> Take(int count)
    {
        for (int left = count; left > 0 && _turns.TryDequeue(out IEnumerator<AdversarialRow>? source);)
        {
            if (!source.MoveNext())
            {
                source.Dispose();
                continue;
            }
            bool isNew = seen.Add(source.Current.Prompt);
            AdversarialRow row = source.Current;
            _turns.Enqueue(source);
            if (!isNew)
                continue;
            left--;
            yield return row;
        }
    }

    public void Dispose()
    {
        foreach (IEnumerator<AdversarialRow> source in _turns)
            source.Dispose();
    }
}
