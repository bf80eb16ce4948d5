namespace Plumbline.Training.Rewards;

/// <summary>A reward source that asks something outside this process, which may be absent.</summary>
public interface IRemoteReward
{
    /// <summary>Asks it once, without patience, so that a run begins only where it answers, and as it should.</summary>
    /// <exception cref="RewardException">It does not; the message says what is wrong.</exception>
    Task RequireReadyAsync(CancellationToken cancellationToken);
}
