namespace Plumbline.Training.Evaluation.Judging;

/// <summary>Runs every task on the thread that starts it.</summary>
/// <remarks>ML.NET's trees start a task for every split's work, even at one thread; run at once, none of them waits for the pool.</remarks>
internal sealed class InlineScheduler : TaskScheduler
{
    /// <summary>Calls <paramref name="work"/> with this scheduler as the current one.</summary>
    public static T Run<T>(Func<T> work)
    {
        var task = new Task<T>(work);
        task.RunSynchronously(new InlineScheduler());
        return task.GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    protected override void QueueTask(Task task) => TryExecuteTask(task);

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => TryExecuteTask(task);

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
