using System.Text.Json;
using Plumbline.Engine.Generation;
using Plumbline.Training.Rollouts.Remote;

namespace Plumbline.Training.Tests.Rollouts.Remote;

public sealed class VllmReplyTests
{
    [Theory]
    [InlineData("""{"index": 0, "text": "ab", "finish_reason": "length", "token_ids": [5, 6], "logprobs": {"tokens": ["a", "b"], "token_logprobs": [-0.5, -1]}}""", FinishReason.Length)]
    [InlineData("""{"text": "ab", "finish_reason": "stop", "stop_reason": null, "logprobs": {"tokens": ["token_id:5", "token_id:6"], "token_logprobs": [-0.5, -1]}}""", FinishReason.Eos)]
    [InlineData("""{"text": "ab", "finish_reason": "stop", "stop_reason": "END", "token_ids": [5, 6], "logprobs": {"token_logprobs": [-0.5, -1]}}""", FinishReason.StopString)]
    public void Completions_InEitherForm_AreRead(string choice, FinishReason reason)
    {
        Completion read = Assert.Single(Read($$"""{"choices": [{{choice}}]}"""));
        Assert.Equal([5, 6], read.TokenIds);
        Assert.Equal([-0.5f, -1], read.LogProbs);
        Assert.Equal(("ab", reason), (read.Text, read.FinishReason));
    }

    [Fact]
    public void Completions_InAnyOrder_AreThatOfTheirIndices()
    {
        const string Choice = """{"index": INDEX, "text": "INDEX", "finish_reason": "stop", "token_ids": [5], "logprobs": {"token_logprobs": [-1]}}""";
        string choices = string.Join(", ", new[] { "2", "0", "1" }.Select(index => Choice.Replace("INDEX", index, StringComparison.Ordinal)));
        Assert.Equal(["0", "1", "2"], VllmReply.Completions(JsonElement.Parse($$"""{"choices": [{{choices}}]}"""), count: 3, vocabulary: 10).Select(c => c.Text));
    }

    [Theory]
    [InlineData("""{"object": "error"}""", "there are no \"choices\" in it.")]
    [InlineData("""{"choices": []}""", "it has 0 completions where 1 were asked for.")]
    [InlineData("""{"choices": [{"token_ids": [5], "logprobs": null}]}""", "a completion has no \"token_logprobs\".")]
    [InlineData("""{"choices": [{"token_ids": [5, 6], "logprobs": {"token_logprobs": [-1]}}]}""", "a completion has 2 tokens and 1 log-probabilities.")]
    [InlineData("""{"choices": [{"token_ids": [], "logprobs": {"token_logprobs": []}}]}""", "a completion has 0 tokens and 0 log-probabilities.")]
    [InlineData("""{"choices": [{"token_ids": [10], "logprobs": {"token_logprobs": [-1]}}]}""", "token 10 lies outside the policy's vocabulary of 10; the server has another model.")]
    [InlineData("""{"choices": [{"token_ids": [5], "logprobs": {"token_logprobs": [null]}}]}""", "a log-probability is null, not a finite number.")]
    [InlineData("""{"choices": [{"logprobs": {"tokens": ["a"], "token_logprobs": [-1]}}]}""", "the token 'a' is not given as an id.")]
    [InlineData("""{"choices": [{"logprobs": {"token_logprobs": [-1]}}]}""", "a completion has neither \"token_ids\" nor \"tokens\".")]
    public void Completions_OfAnotherForm_TellWhatIsMissing(string reply, string expected) => Assert.Equal(expected, Assert.Throws<FormatException>(() => Read(reply)).Message);

    private static Completion[] Read(string reply) => VllmReply.Completions(JsonElement.Parse(reply), count: 1, vocabulary: 10);
}
