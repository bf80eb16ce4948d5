using Plumbline.Training.Runs;

namespace Plumbline.Training.Experiments;

/// <summary>Prepares the ground of each seed.</summary>
/// <remarks>What is prepared already, in an earlier and interrupted run, is not prepared again. One thread.</remarks>
public interface IExperimentSetting
{
    /// <summary>What the experiment is on, for its title.</summary>
    string Title { get; }

    /// <summary>Names of the reward's objectives.</summary>
    IReadOnlyList<string> Objectives { get; }

    /// <summary>The ground of a seed, made in a folder of its own.</summary>
    Task<ExperimentGround> PrepareAsync(int seed, bool withHackableReward, string folder, IVerbLauncher launcher, IRunObserver observer, CancellationToken cancellationToken);
}
