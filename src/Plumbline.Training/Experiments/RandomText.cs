using Plumbline.Engine.Generation;
using Plumbline.Engine.Sampling;
using Plumbline.Training.Evaluation;

namespace Plumbline.Training.Experiments;

/// <summary>A control: answers of the same lengths whose tokens are drawn from all tokens of given answers.</summary>
internal static class RandomText
{
    private const long Stream = 0x52616e646f6d;

    /// <summary>Answers without sense, in the words of <paramref name="answers"/>.</summary>
    public static AnswerSet Like(AnswerSet answers, Func<int[], string> decode, long seed)
    {
        int[] words = [.. answers.Answers.SelectMany(a => Words(a.Completion))];
        if (words.Length == 0)
            return answers;
        return new AnswerSet(
            [.. answers.Answers.Select((answer, i) =>
            {
                int[] ids = [.. Words(answer.Completion).Select((_, t) => words[(int)(CounterRandom.Uniform(seed, Stream, i, t) * words.Length)])];
                return answer with { Completion = answer.Completion with { TokenIds = ids, Text = decode(ids), LogProbs = new float[ids.Length] } };
            })],
            answers.Options);
    }

    private static IEnumerable<int> Words(Completion completion) => completion.FinishReason == FinishReason.Eos ? completion.TokenIds.SkipLast(1) : completion.TokenIds;
}
