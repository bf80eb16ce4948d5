using System.Threading.Channels;
using Plumbline.Engine.Generation;
using Plumbline.Training.Rollouts;

namespace Plumbline.Training.Rewards;

/// <summary>Scores the completions of one batch on another thread while others of it are still being sampled.</summary>
/// <remarks>
/// The source is called three times, one call after another: with the half of the rows that ends first, with the next quarter, and with the
/// rest. So most scores are there when sampling ends, and what a call costs whatever its size is paid thrice, not once a row. Which rows
/// share a call depends on the order in which they end, not on the time they took: a model that pads rows to one length rounds the same in
/// every run. Ends by <see cref="CompleteAsync"/> or <see cref="AbandonAsync"/>.
/// </remarks>
internal sealed class OverlappedScoring
{
    private readonly IRewardSource _source;
    private readonly PromptBatch _prompts;
    private readonly int _generations;
    private readonly List<(int Row, Completion Completion)> _ended = [];
    private readonly bool[] _known;
    private readonly double[][] _scores;
    private readonly List<RewardTable> _tables = [];
    private readonly Channel<(int Row, Completion Completion)[]> _calls = Channel.CreateUnbounded<(int Row, Completion Completion)[]>();
    private readonly Task _scoring;
    private volatile bool _abandoned;

    /// <summary>Begins.</summary>
    /// <param name="source">Called from a thread of the pool until the end.</param>
    /// <param name="prompts">P prompts.</param>
    /// <param name="generations">Completions of each, side by side.</param>
    /// <param name="cancellationToken">Handed to the source.</param>
    public OverlappedScoring(IRewardSource source, PromptBatch prompts, int generations, CancellationToken cancellationToken)
    {
        (_source, _prompts, _generations) = (source, prompts, generations);
        (_known, _scores) = (new bool[prompts.Prompts.Count * generations], new double[prompts.Prompts.Count * generations][]);
        _scoring = Task.Run(() => ScoreAsync(cancellationToken), CancellationToken.None);
    }

    private int Half => (_known.Length + 1) / 2;

    private int ThreeQuarters => Half + (_known.Length - Half + 1) / 2;

    /// <summary>Takes a row that has ended. Not from two threads at once.</summary>
    public void Add(int row, Completion completion)
    {
        if (_known[row])
            return;
        _known[row] = true;
        _ended.Add((row, completion));
        if (_ended.Count == Half)
            Call(0);
        else if (_ended.Count == ThreeQuarters)
            Call(Half);
    }

    /// <summary>The scores of all rows, in their order, once they are there.</summary>
    /// <param name="rollouts">The whole batch; where no row was told as it ended, it is scored in one call.</param>
    public async Task<RewardTable> CompleteAsync(RolloutBatch rollouts)
    {
        int called = _ended.Count >= ThreeQuarters ? ThreeQuarters : _ended.Count >= Half ? Half : 0;
        _ended.AddRange(Enumerable.Range(0, rollouts.Count).Where(i => !_known[i]).Select(i => (i, rollouts.Completions[i])));
        Call(called);
        _calls.Writer.Complete();
        await _scoring.ConfigureAwait(false);
        return new RewardTable(_source.Objectives, _scores) { Failures = RewardTable.Sum(_tables) };
    }

    /// <summary>Scores no more, as sampling has failed; returns when the source is no longer in use.</summary>
    public Task AbandonAsync()
    {
        _abandoned = true;
        _calls.Writer.Complete();
        return Task.WhenAny(_scoring);
    }

    private void Call(int from)
    {
        if (from < _ended.Count)
            _calls.Writer.TryWrite([.. _ended[from..]]);
    }

    private async Task ScoreAsync(CancellationToken cancellationToken)
    {
        await foreach ((int Row, Completion Completion)[] call in _calls.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (_abandoned)
                return;
            RewardTable table = await _source.ScoreAsync([.. call.Select(c => _prompts.Prompts[c.Row / _generations].AnsweredBy(c.Completion.Text))], cancellationToken).ConfigureAwait(false);
            _tables.Add(table);
            foreach (((int row, _), double[] scores) in call.Zip(table.Scores))
                _scores[row] = scores;
        }
    }
}
