using Plumbline.Engine.Generation;
using Plumbline.Training.Data;
using Plumbline.Training.Evaluation;
using Plumbline.Training.Experiments;

namespace Plumbline.Training.Tests.Experiments;

public sealed class RandomTextTests
{
    // Lengths stay, the end token apart; every word comes from the answers; what judges see is the new text.
    [Fact]
    public void Like_KeepsLengths_AndDrawsTheAnswersOwnWords()
    {
        AnswerSet answers = new(
            [Answer([1, 2, 3, 4, 5, 6, 99], FinishReason.Eos), Answer([7, 8, 9], FinishReason.Length)], new GenerationOptions());
        AnswerSet random = RandomText.Like(answers, ids => string.Join(' ', ids), seed: 3);
        Assert.Equal([6, 3], random.Answers.Select(a => a.Completion.TokenIds.Length));
        Assert.All(random.Answers.SelectMany(a => a.Completion.TokenIds), id => Assert.InRange(id, 1, 9));
        Assert.Equal(random.Answers.Select(a => string.Join(' ', a.Completion.TokenIds)), random.Rows.Select(r => r.Completion));
        Assert.NotEqual(answers.Rows[0].Completion, random.Rows[0].Completion);
    }

    private static Answer Answer(int[] ids, FinishReason reason) => new(new PromptRow("p"), [0], new Completion(ids, new float[ids.Length], reason, string.Join(' ', ids)));
}
