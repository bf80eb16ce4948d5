using Microsoft.Extensions.AI.Evaluation;
using Plumbline.Extensions.AI.Evaluation;
using Plumbline.Models.Native;
using Plumbline.Training.Rewards;

namespace JudgedAnswers;

/// <summary>What the team asks of an answer: rules of its own, and, where the variable JUDGE_MODEL names its folder, the reward model of the training.</summary>
public sealed class Judge : IDisposable
{
    private static readonly Dictionary<string, RewardBounds> Bounds = new()
    {
        ["length"] = new(Acceptable: 0.8, Good: 1),
        ["repetition"] = new(Acceptable: 0.9),
        ["courtesy"] = new(Acceptable: 1),
    };

    private readonly CompositeReward _source;
    private readonly RewardEvaluator _evaluator;

    public Judge()
    {
        List<IRewardSource> sources =
        [
            new RuleReward("length", (_, answer) => RewardRules.Length(answer, min: 8, max: 60)),
            new RuleReward("repetition", (_, answer) => RewardRules.Repetition(answer)),
            new RuleReward("courtesy", (_, answer) => answer.Contains("please", StringComparison.OrdinalIgnoreCase) || answer.Contains("thank you", StringComparison.OrdinalIgnoreCase) ? 1 : 0),
        ];
        if (Environment.GetEnvironmentVariable("JUDGE_MODEL") is { Length: > 0 } folder)
        {
            NativeRuntime.Initialize();
            sources.Add(RewardModel.Load(folder));
        }
        _source = new CompositeReward(sources);
        _evaluator = new RewardEvaluator(_source, Bounds);
    }

    public IEvaluator Evaluator => _evaluator;

    public void Dispose()
    {
        _evaluator.Dispose();
        _source.Dispose();
    }
}
