using Plumbline.Core.Losses;
using Plumbline.Core.Returns;
using Plumbline.Engine.Generation;
using Plumbline.Engine.Segments;
using Plumbline.Training.Optimization;
using TorchSharp;

namespace Plumbline.PpoMemory;

/// <summary>One step of PPO-RLHF on given roles: sample, score, look, and one update of policy and critic, so many rows at a time.</summary>
internal sealed class PpoStep(Roles roles, int rows, int promptLength, int completionLength, int rowsAtOnce) : IDisposable
{
    private readonly AdamW _policyOptimizer = new(roles.PolicyParameters), _criticOptimizer = new(roles.CriticParameters);

    public void Run()
    {
        using var scope = torch.NewDisposeScope();
        var random = new Random(1);
        int vocabulary = roles.Policy.Model.Config.VocabSize;
        int[][] prompts = [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, promptLength).Select(_ => random.Next(vocabulary)).ToArray())];
        Completion[] completions = new Generator(Roles.Play(roles.Policy)).Generate(
            [.. prompts.Select((ids, i) => new GenerationRequest(ids, i, 0))], new GenerationOptions { MaxNewTokens = completionLength, EosTokenIds = [] });

        using PpoReturns parts = Look(prompts, completions, out Tensor old, out Tensor values);
        foreach (int[] some in Enumerable.Range(0, rows).Chunk(rowsAtOnce))
            Learn(prompts, completions, some, old, values, parts);
        Gradients.ClipNorm(roles.PolicyParameters, 1);
        Gradients.ClipNorm(roles.CriticParameters, 1);
        _policyOptimizer.Step(1e-5);
        _criticOptimizer.Step(1e-5);
    }

    private PpoReturns Look(int[][] prompts, Completion[] completions, out Tensor old, out Tensor values)
    {
        using var scope = torch.NewDisposeScope();
        List<Tensor> policy = [], reference = [], seen = [], scores = [];
        foreach (int[] some in Enumerable.Range(0, rows).Chunk(rowsAtOnce))
        {
            using TokenRows tokens = Pack(prompts, completions, some);
            using (TokenLogProbs forward = TokenLogProbs.Forward(Roles.Play(roles.Policy), tokens))
                policy.Add(forward.LogProbs.clone());
            using (TokenLogProbs forward = TokenLogProbs.Forward(Roles.Play(roles.Reference), tokens))
                reference.Add(forward.LogProbs.clone());
            using (TokenValues forward = TokenValues.Forward(Roles.Play(roles.Critic), roles.CriticHead, tokens))
                seen.Add(forward.Values.narrow(1, 0, completionLength).clone());
            using (TokenValues forward = TokenValues.Forward(Roles.Play(roles.Reward), roles.RewardHead, tokens))
                scores.Add(forward.Values.select(1, completionLength).clone());
        }
        old = torch.cat(policy).MoveToOuterDisposeScope();
        values = torch.cat(seen).MoveToOuterDisposeScope();
        return PpoReturns.Compute(old, torch.cat(reference), values, torch.cat(scores), torch.ones_like(old, dtype: torch.ScalarType.Bool), new PpoReturnOptions());
    }

    private void Learn(int[][] prompts, Completion[] completions, int[] some, Tensor old, Tensor values, PpoReturns parts)
    {
        using var scope = torch.NewDisposeScope();
        using TokenRows tokens = Pack(prompts, completions, some);
        Tensor Of(Tensor matrix) => matrix.narrow(0, some[0], some.Length);
        double all = (double)rows * completionLength;
        using (TokenLogProbs forward = TokenLogProbs.Forward(Roles.Play(roles.Policy), tokens, training: true))
        {
            using PolicyLossOutput loss = PpoPolicyLoss.Compute(forward.LogProbs, Of(old), Of(parts.Advantages), tokens.Mask, 0.2, all);
            loss.Loss.backward();
            forward.Backward(forward.LogProbs.grad!);
        }
        using TokenValues seen = TokenValues.Forward(Roles.Play(roles.Critic), roles.CriticHead, tokens, training: true);
        using PolicyLossOutput value = PpoValueLoss.Compute(seen.Values.narrow(1, 0, completionLength), Of(values), Of(parts.Returns), tokens.Mask, 0.2, all);
        value.Loss.backward();
        seen.Backward(seen.Values.grad!);
    }

    private static TokenRows Pack(int[][] prompts, Completion[] completions, int[] some) =>
        TokenRows.Pack([.. some.Select(i => prompts[i])], [.. some.Select(i => completions[i].TokenIds)]);

    public void Dispose()
    {
        _policyOptimizer.Dispose();
        _criticOptimizer.Dispose();
    }
}
