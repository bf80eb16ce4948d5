namespace Plumbline.Training.Experiments;

/// <summary>Floating-point operations of an arm, from what its run counted.</summary>
/// <remarks>
/// With T prompt and completion tokens, C completion tokens, P = (T − C)/G prompt tokens (each prompt is read once for its G completions), U trained tokens
/// (U/T passes over the rows), u = U·C/T of them completion tokens (only these get logits), and mean context half a row:
/// sampling P·trunk + C·(trunk + head); scoring T·reward trunk; reference T·trunk + C·head; update k·(U·trunk + u·head) with k = 3, or 2 under an adapter.
/// PPO adds its critic: T·trunk for the values, k·U·trunk for its update.
/// </remarks>
public static class ArmFlops
{
    /// <summary>Of an online algorithm.</summary>
    /// <param name="policy">The policy's shape.</param>
    /// <param name="reward">The reward model's shape; null where a rule scores.</param>
    /// <param name="work">What was counted.</param>
    public static double Online(ModelFlops policy, ModelFlops? reward, ArmWork work)
    {
        double context = work.RowLength / 2, rows = work.Tokens, completion = work.GeneratedTokens, prompts = (rows - completion) / work.GroupSize;
        double sampling = (prompts + completion) * policy.Trunk(context) + completion * policy.Head;
        double scoring = rows * (reward?.Trunk(context) ?? 0);
        double reference = work.WithReference ? rows * policy.Trunk(context) + completion * policy.Head : 0;
        double critic = work.WithCritic ? rows * policy.Trunk(context) + ModelFlops.Training(work.AdapterOnly) * work.TrainedTokens * policy.Trunk(context) : 0;
        return sampling + scoring + reference + critic + Update(policy, work, rows > 0 ? completion / rows : 1);
    }

    /// <summary>Of an algorithm that learns from given rows: the update, and the reference where there is one.</summary>
    /// <param name="policy">The policy's shape.</param>
    /// <param name="work">What was counted; its trained tokens are those of both answers of a pair.</param>
    /// <param name="completionShare">The share of completion tokens among the trained.</param>
    public static double Offline(ModelFlops policy, ArmWork work, double completionShare) =>
        Update(policy, work, completionShare) + (work.WithReference ? work.TrainedTokens * (policy.Trunk(work.RowLength / 2) + completionShare * policy.Head) : 0);

    /// <summary>Of sampling and ranking the pairs that an arm learns from.</summary>
    public static double Pairs(ModelFlops policy, ModelFlops? reward, ArmWork work) => Online(policy, reward, work with { WithReference = false, WithCritic = false, TrainedTokens = 0 });

    private static double Update(ModelFlops policy, ArmWork work, double completionShare) =>
        ModelFlops.Training(work.AdapterOnly) * work.TrainedTokens * (policy.Trunk(work.RowLength / 2) + completionShare * policy.Head);
}
