using Plumbline.Engine.Generation;
using Plumbline.Training.Policies;

namespace Plumbline.Training.Rollouts;

/// <summary>Samples with the policy's own weights, in this process.</summary>
public sealed class LocalRollouts(Policy policy, GenerationOptions options) : IRolloutSource
{
    private readonly Generator _generator = new(policy.Model, policy.Tokenizer);

    /// <inheritdoc/>
    public Task<RolloutBatch> SampleAsync(PromptBatch prompts, int generations, int policyVersion, Action<int, Completion>? onFinished, CancellationToken cancellationToken)
    {
        var rows = new List<Prompt>(prompts.Prompts.Count * generations);
        var requests = new List<GenerationRequest>(rows.Capacity);
        for (int p = 0; p < prompts.Prompts.Count; p++)
            for (int g = 0; g < generations; g++)
            {
                rows.Add(prompts.Prompts[p]);
                requests.Add(new GenerationRequest(prompts.Prompts[p].Ids, prompts.FirstIndex + p, g));
            }
        policy.Adapter?.ApplyDropout(false);
        try
        {
            Completion[] completions = _generator.Generate(requests, options, onFinished: onFinished, cancellationToken: cancellationToken);
            return Task.FromResult(new RolloutBatch(rows, completions, policyVersion));
        }
        finally
        {
            policy.Adapter?.ApplyDropout(true);
        }
    }
}
