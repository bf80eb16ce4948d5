using System.Text.Json.Nodes;
using Plumbline.Models.Tokens;
using Plumbline.Training.Rewards;
using Plumbline.Training.Tests.Policies;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.Rewards;

public sealed class RewardTextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EncodeChat_IsTheTemplatesConversation_CutAtItsBeginning()
    {
        Tokenizer tokenizer = Tokenizer();
        Assert.Equal("[user]Hi[assistant]Hello.", tokenizer.Decode(RewardText.EncodeChat(tokenizer, "Hi", "Hello.", 100)));
        Assert.Equal("]Hello.", tokenizer.Decode(RewardText.EncodeChat(tokenizer, "Hi", "Hello.", 7)));
    }

    // Others' folders have none of our words; ours say what they were trained with.
    [Theory]
    [InlineData("{}", true, true)]
    [InlineData("{}", false, false)]
    [InlineData("""{"plumbline_score_activation": "identity"}""", true, false)]
    [InlineData("""{"plumbline_score_activation": "identity", "plumbline_chat_template": true}""", true, true)]
    public void Config_OfAFolder_AsksForTheTemplate_WhereItShould(string json, bool hasTemplate, bool expected)
    {
        Tokenizer tokenizer = Tokenizer(hasTemplate);
        Assert.Equal(expected, RewardModelConfig.Read((JsonObject)JsonNode.Parse(json)!, tokenizer).ChatTemplate);
    }

    private Tokenizer Tokenizer(bool hasTemplate = true)
    {
        TinyPolicy.Write(_folder["base"]);
        if (hasTemplate)
            File.WriteAllText(_folder["base/chat_template.jinja"], "{% for message in messages %}[{{ message.role }}]{{ message.content }}{% endfor %}");
        return TokenizerFolder.Load(_folder["base"]);
    }
}
