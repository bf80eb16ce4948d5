using Microsoft.Extensions.AI;
using Plumbline.Engine.Generation;
using Plumbline.Extensions.AI.Chat;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Tokens;
using Plumbline.TestKit;

namespace Plumbline.Extensions.AI.Tests.Chat;

public sealed class LocalChatClientTests(TinyFolder folder) : IClassFixture<TinyFolder>
{
    private const int Limit = 12;

    [Fact]
    public async Task Response_OfASeed_IsWhatTheEngineWritesForThatPrompt()
    {
        using LocalChatClient client = Open();
        ChatResponse response = await client.GetResponseAsync("the cat", new ChatOptions { Seed = 5 });
        int[] ids = ChatPrompt.Encode(folder.Tokenizer, [new(ChatRole.User, "the cat")], null, null);
        Completion expected = Engine(ids, 5);
        Assert.Equal(expected.Text, response.Text);
        Assert.Equal(expected.TokenIds, ((Completion)response.RawRepresentation!).TokenIds);
        Assert.Equal(ChatRole.Assistant, Assert.Single(response.Messages).Role);
        Assert.Equal(expected.FinishReason == FinishReason.Length ? ChatFinishReason.Length : ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal((ids.Length, expected.TokenIds.Length, ids.Length + expected.TokenIds.Length),
            ((int)response.Usage!.InputTokenCount!, (int)response.Usage.OutputTokenCount!, (int)response.Usage.TotalTokenCount!));
        Assert.Equal("model", response.ModelId);
    }

    [Fact]
    public async Task FinishReason_IsLengthAtTheLimit_AndStopAtAStopSequence()
    {
        using LocalChatClient client = Open(o => o.Temperature = 0);
        ChatResponse whole = await client.GetResponseAsync("the cat");
        Assert.Equal(ChatFinishReason.Length, whole.FinishReason);
        Assert.Equal(Limit, whole.Usage!.OutputTokenCount);
        string stop = whole.Text[2..4];
        ChatResponse cut = await client.GetResponseAsync("the cat", new ChatOptions { StopSequences = [stop] });
        Assert.Equal(ChatFinishReason.Stop, cut.FinishReason);
        Assert.Equal(whole.Text[..whole.Text.IndexOf(stop, StringComparison.Ordinal)], cut.Text);
    }

    [Theory, InlineData(null), InlineData("a"), InlineData("at the mat in the end")]
    public async Task Stream_Joined_IsTheResponse(string? stop)
    {
        using LocalChatClient client = Open();
        var options = new ChatOptions { Seed = 11, MaxOutputTokens = 40, StopSequences = stop is null ? null : [stop] };
        ChatResponse whole = await client.GetResponseAsync("a dog", options);
        List<ChatResponseUpdate> updates = await client.GetStreamingResponseAsync("a dog", options).ToListAsync();
        ChatResponse joined = updates.ToChatResponse();
        Assert.Equal(whole.Text, joined.Text);
        Assert.Equal(whole.FinishReason, joined.FinishReason);
        Assert.Equal(whole.Usage!.TotalTokenCount, joined.Usage!.TotalTokenCount);
        Assert.Equal(whole.ModelId, joined.ModelId);
        Assert.Single(joined.Messages);
        Assert.Single(updates.Select(u => u.ResponseId).Distinct());
        Assert.True(updates.Count > 2, "One piece is no stream.");
    }

    [Fact]
    public async Task Calls_AtOnce_AreAnsweredAsOneByOne()
    {
        using LocalChatClient client = Open();
        string[] alone = new string[8];
        for (int i = 0; i < alone.Length; i++)
            alone[i] = (await client.GetResponseAsync("the mat", new ChatOptions { Seed = i })).Text;
        ChatResponse[] together = await Task.WhenAll(Enumerable.Range(0, alone.Length).Select(i => Task.Run(() => client.GetResponseAsync("the mat", new ChatOptions { Seed = i }))));
        Assert.Equal(alone, together.Select(r => r.Text));
        Assert.True(alone.Distinct().Count() > 1, "The seed changes nothing.");
    }

    [Fact]
    public async Task Call_WithoutASeed_DrawsAnew()
    {
        using LocalChatClient client = Open();
        ChatResponse[] answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => client.GetResponseAsync("the mat")));
        Assert.True(answers.Select(a => a.Text).Distinct().Count() > 1);
    }

    [Fact]
    public async Task Cancelled_WhileStreaming_EndsAndLeavesTheClientUsable()
    {
        using LocalChatClient client = Open();
        using var stop = new CancellationTokenSource();
        int pieces = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (ChatResponseUpdate _ in client.GetStreamingResponseAsync("the cat", new ChatOptions { Seed = 1, MaxOutputTokens = 90 }, stop.Token))
                if (++pieces == 2)
                    await stop.CancelAsync();
        });
        Assert.Equal(Engine(ChatPrompt.Encode(folder.Tokenizer, [new(ChatRole.User, "the cat")], null, null), 5).Text,
            (await client.GetResponseAsync("the cat", new ChatOptions { Seed = 5 })).Text);
    }

    [Fact]
    public async Task Cancelled_BesideAnother_LeavesTheOtherItsAnswer()
    {
        using LocalChatClient client = Open();
        using var stop = new CancellationTokenSource();
        string expected = (await client.GetResponseAsync("a dog", new ChatOptions { Seed = 2 })).Text;
        Task<ChatResponse> given = client.GetResponseAsync("the cat", new ChatOptions { MaxOutputTokens = 90 }, stop.Token), other = client.GetResponseAsync("a dog", new ChatOptions { Seed = 2 });
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.Equal(expected, (await other).Text);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetResponseAsync("a dog", cancellationToken: stop.Token));
    }

    [Fact]
    public async Task Clients_OfOneModel_ShareItsWeightsAndKeepTheirAdapters()
    {
        using var models = new LocalModels();
        using var plain = new LocalChatClient(models, Options());
        using var adapted = new LocalChatClient(models, Options(o => (o.Adapter, o.Model) = (folder.Adapter, folder.Model + Path.DirectorySeparatorChar)));
        Assert.Same(models.Open(folder.Model, "cpu"), models.Open(Path.Combine(folder.Model, "."), "cpu"));
        var seed = new ChatOptions { Seed = 4 };
        ChatResponse first = await plain.GetResponseAsync("a dog", seed), second = await adapted.GetResponseAsync("a dog", seed), third = await plain.GetResponseAsync("a dog", seed);
        Assert.Equal(first.Text, third.Text);
        Assert.NotEqual(first.Text, second.Text);
        ChatResponse[] together = await Task.WhenAll(plain.GetResponseAsync("a dog", seed), adapted.GetResponseAsync("a dog", seed), plain.GetResponseAsync("a dog", seed));
        Assert.Equal([first.Text, second.Text, first.Text], together.Select(r => r.Text));
    }

    [Fact]
    public async Task Conversation_TooLongForTheContext_IsRefusedBeforeItRuns()
    {
        using LocalChatClient client = Open();
        await Assert.ThrowsAsync<ContextLengthException>(() => client.GetResponseAsync(string.Concat(Enumerable.Repeat("xyz ", 60))));
    }

    [Fact]
    public async Task Adapter_ThatDoesNotFit_FailsTheCallWithItsReason()
    {
        string other = Path.Combine(folder.Root, "other");
        Directory.CreateDirectory(other);
        foreach (string file in Directory.GetFiles(folder.Adapter))
            File.Copy(file, Path.Combine(other, Path.GetFileName(file)), overwrite: true);
        using LocalChatClient client = Open(o => o.Adapter = other);
        File.Delete(Path.Combine(other, "adapter_model.safetensors")); // gone between the check and the first call
        Assert.Contains("adapter_model.safetensors is missing", (await Assert.ThrowsAsync<CheckpointException>(() => client.GetResponseAsync("a dog"))).Message);
    }

    [Fact]
    public async Task Call_AfterDispose_IsRefused()
    {
        LocalChatClient client = Open();
        client.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.GetResponseAsync("a dog"));
    }

    [Fact]
    public void GetService_TellsWhatStandsBehind()
    {
        using LocalChatClient client = Open();
        Assert.Equal(("plumbline", "model"), (client.GetService<ChatClientMetadata>()!.ProviderName, client.GetService<ChatClientMetadata>()!.DefaultModelId));
        Assert.Same(client, client.GetService<IChatClient>());
        Assert.NotNull(client.GetService<Tokenizer>());
        Assert.Null(client.GetService<Tokenizer>("key"));
        Assert.Null(client.GetService<string>());
    }

    [Fact]
    public void Open_WrongOptions_TellsEveryFault()
    {
        string message = Assert.Throws<ArgumentException>(() => LocalChatClient.Open(new LocalChatOptions { Model = folder.Reward, Adapter = folder.Model, Device = "tpu", TopP = 2 })).Message;
        Assert.All(["it scores, it does not write", "not a PEFT adapter", "The device is 'tpu'", "TopP is 2"], part => Assert.Contains(part, message));
        Assert.Contains("Model is missing", Assert.Throws<ArgumentException>(() => LocalChatClient.Open(new LocalChatOptions())).Message);
    }

    [Fact]
    public void Open_AModelWithoutAChatTemplate_SaysSo()
    {
        string plain = Path.Combine(folder.Root, "plain");
        Tokenizer tokenizer = BpeTrainer.Train(["a cat"], 258, ["<|endoftext|>"]).ToTokenizer();
        FreshFolder.Write(plain, TinyModels.Config(tokenizer.VocabularySize), 1);
        tokenizer.Save(plain);
        Assert.Contains("no chat template", Assert.Throws<ArgumentException>(() => LocalChatClient.Open(new LocalChatOptions { Model = plain })).Message);
    }

    private LocalChatOptions Options(Action<LocalChatOptions>? change = null)
    {
        var options = new LocalChatOptions { Model = folder.Model, MaxOutputTokens = Limit };
        change?.Invoke(options);
        return options;
    }

    private LocalChatClient Open(Action<LocalChatOptions>? change = null) => LocalChatClient.Open(Options(change));

    private Completion Engine(int[] ids, long seed)
    {
        using CheckpointFolder files = CheckpointFolder.Open(folder.Model);
        using DecoderModel model = DecoderModel.Load(files);
        return new Generator(model, folder.Tokenizer).Generate([new GenerationRequest(ids)], new GenerationOptions { MaxNewTokens = Limit, Sampling = new() { Seed = seed } })[0];
    }
}
