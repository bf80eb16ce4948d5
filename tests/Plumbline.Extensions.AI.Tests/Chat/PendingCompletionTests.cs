using Plumbline.Engine.Generation;
using Plumbline.Extensions.AI.Chat;

namespace Plumbline.Extensions.AI.Tests.Chat;

public sealed class PendingCompletionTests(TinyFolder folder) : IClassFixture<TinyFolder>
{
    // A reader that stops reading must not keep the model busy for those behind it.
    [Fact]
    public async Task Dispose_BeforeTheEnd_GivesTheCompletionUp()
    {
        using LocalModel model = new(folder.Model, "cpu");
        PendingCompletion pending = Begin(model, CancellationToken.None);
        Assert.False(pending.IsSettled);
        pending.Dispose();
        Assert.True(pending.IsSettled);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending.Result);
    }

    [Fact]
    public async Task Failure_EndsThePiecesToo()
    {
        using LocalModel model = new(folder.Model, "cpu");
        using PendingCompletion pending = Begin(model, CancellationToken.None);
        pending.Add(model.Tokenizer.Encode("a", addSpecialTokens: false)[0]);
        pending.Fail(new InvalidOperationException("no"));
        var read = new List<string>();
        Assert.Equal("no", (await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (string piece in pending.Pieces)
                read.Add(piece);
        })).Message);
        Assert.Equal(["a"], read);
        await Assert.ThrowsAsync<InvalidOperationException>(() => pending.Result);
    }

    [Fact]
    public void Cancellation_SettlesAtOnce()
    {
        using LocalModel model = new(folder.Model, "cpu");
        using var stop = new CancellationTokenSource();
        using PendingCompletion pending = Begin(model, stop.Token);
        stop.Cancel();
        Assert.True(pending.IsSettled);
    }

    private static PendingCompletion Begin(LocalModel model, CancellationToken cancellationToken) =>
        new(model, null, new GenerationRequest([1], Options: new GenerationOptions()), cancellationToken);
}
