using System.Text.Json.Nodes;
using Plumbline.Models.Chat;
using Plumbline.Models.Tokens;
using Plumbline.Training.Recipes;
using Plumbline.Training.RewardModeling;
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
        Assert.Equal("[user]Hi[assistant]Hello.", tokenizer.Decode(RewardText.EncodeChat(tokenizer, RewardText.Talk("Hi", "Hello."), 100)));
        Assert.Equal("]Hello.", tokenizer.Decode(RewardText.EncodeChat(tokenizer, RewardText.Talk("Hi", "Hello."), 7)));
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

    // What was trained on decides how everything is read ever after, unless the recipe does.
    [Theory]
    [InlineData(null, true, true, true)]
    [InlineData(null, true, false, false)]
    [InlineData(null, false, true, false)]
    [InlineData(true, false, true, true)]
    [InlineData(false, true, true, false)]
    public void Network_ReadsConversationsAndTextsAlike(bool? setting, bool conversations, bool hasTemplate, bool byTemplate)
    {
        Tokenizer tokenizer = Tokenizer(hasTemplate);
        using RewardNetwork network = RewardNetwork.Create(Recipe(setting), [], conversations);
        var talk = new Conversation([new ChatMessage("system", "s"), new ChatMessage("user", "u"), new ChatMessage("assistant", "a")]);
        Assert.Equal(byTemplate ? "[system]s[user]u[assistant]a" : "s\n\nua", tokenizer.Decode(network.Model.Encode(talk, "s\n\nu", "a")));
        Assert.Equal(byTemplate ? "[user]u[assistant]a" : "ua", tokenizer.Decode(network.Model.Encode(null, "u", "a")));
        network.Save(_folder["saved"]);
        using RewardModel saved = RewardModel.Load(_folder["saved"]);
        Assert.Equal(network.Model.Encode(talk, "s\n\nu", "a"), saved.Encode(talk, "s\n\nu", "a"));
    }

    private RewardRecipe Recipe(bool? chatTemplate) => new()
    {
        Model = _folder["base"],
        Data = new RewardData { Objectives = ["good"] },
        Reward = new RewardOptions { ChatTemplate = chatTemplate },
    };

    private Tokenizer Tokenizer(bool hasTemplate = true)
    {
        TinyPolicy.Write(_folder["base"]);
        if (hasTemplate)
            File.WriteAllText(_folder["base/chat_template.jinja"], "{% for message in messages %}[{{ message.role }}]{{ message.content }}{% endfor %}");
        return TokenizerFolder.Load(_folder["base"]);
    }
}
