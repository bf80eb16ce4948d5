using Plumbline.Engine.Generation;
using Plumbline.Engine.Sampling;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Tokens;
using Plumbline.Rewards;
using Plumbline.Training.Data;
using Plumbline.Training.Rewards;

namespace Plumbline.Quickstart;

/// <summary>A model's answers to the held-out prompts, with the oracle's and the reward model's scores.</summary>
internal sealed record HeldOutAnswers(IReadOnlyList<string> Prompts, IReadOnlyList<string> Answers, double[][] Oracle, double[][] Reward)
{
    /// <summary>Samples one answer a prompt at temperature 1, with the same random numbers for every model.</summary>
    public static HeldOutAnswers Sample(string modelDirectory, RewardModel reward, IReadOnlyList<PromptRow> prompts, int maxTokens, long seed, CancellationToken cancellationToken)
    {
        using CheckpointFolder folder = CheckpointFolder.Open(modelDirectory);
        using DecoderModel model = DecoderModel.Load(folder);
        Tokenizer tokenizer = TokenizerFolder.Load(modelDirectory);
        Completion[] completions = new Generator(model, tokenizer).Generate(
            [.. prompts.Select((p, i) => new GenerationRequest(tokenizer.Encode(p.Prompt), i))],
            new GenerationOptions { MaxNewTokens = maxTokens, Sampling = new SamplingOptions { Seed = seed } }, cancellationToken: cancellationToken);
        string[] answers = [.. completions.Select(c => c.Text)];
        RewardInput[] answered = [.. prompts.Zip(answers, (p, a) => new RewardInput(p.Prompt, a))];
        return new HeldOutAnswers(
            [.. prompts.Select(p => p.Prompt.TrimEnd('\n'))], answers, OracleTable.Of(answered).Scores, reward.Score(answered, cancellationToken).Scores);
    }
}
