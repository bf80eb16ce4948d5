using Plumbline.Models.Chat;
using Plumbline.Rewards;
using Plumbline.Training.Data;
using Plumbline.Training.Recipes;
using Plumbline.Training.Tests.Data;

namespace Plumbline.Training.Tests.Rewards;

public sealed class ConversationScoringTests
{
    private const string Row = """{"prompt": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}], "completion": COMPLETION, "good": 1}""";

    [Theory]
    [InlineData("\"a\"")]
    [InlineData("[{\"role\": \"assistant\", \"content\": \"a\"}]")]
    public void RewardRow_Messages_AreTheConversationWithItsAnswer(string completion)
    {
        using var file = new DataFile(Row.Replace("COMPLETION", completion));
        RewardRow row = Assert.Single(RewardRow.Read([file.Path], new RewardData { Objectives = ["good"] }));
        Assert.Equal(("s\n\nu", "a"), (row.Prompt, row.Completion));
        Assert.Equal([new("system", "s"), new("user", "u"), new ChatMessage("assistant", "a")], row.Chat!.Messages);
    }

    // What is trained on and what is scored must be read alike: the row's conversation is the one that its input gives back.
    [Fact]
    public void ToInput_OfAConversation_GivesTheSameConversationBack()
    {
        using var file = new DataFile(Row.Replace("COMPLETION", "\"a\""));
        RewardRow row = Assert.Single(RewardRow.Read([file.Path], new RewardData { Objectives = ["good"] }));
        Assert.Equal(row.Chat!.Messages, ConversationFields.Answered(row.ToInput())!.Messages);
    }

    [Fact]
    public void AnsweredBy_PromptOfMessages_CarriesThem()
    {
        using var file = new DataFile("""{"prompt": [{"role": "user", "content": "u"}], "id": 3}""");
        RewardInput input = Assert.Single(PromptRow.Read(file.Path, "prompt")).AnsweredBy("a");
        Assert.Equal(("u", "a", """[{"role":"user","content":"u"}]""", 3), (input.Prompt, input.Completion, input.Messages!.Value.GetRawText(), input.Columns["id"].GetInt32()));
        Assert.Null(ConversationFields.Answered(new RewardInput("u", "a")));
    }
}
