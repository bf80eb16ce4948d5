using Microsoft.Extensions.AI;
using Plumbline.Engine.Generation;
using Plumbline.Engine.Sampling;
using Plumbline.Extensions.AI.Chat;
using Plumbline.Models.Decoder;
using Plumbline.TestKit;

namespace Plumbline.Extensions.AI.Tests.Chat;

public sealed class ChatGenerationTests
{
    private static readonly LocalChatOptions Defaults = new()
    {
        MaxOutputTokens = 9,
        Temperature = 0.5,
        TopP = 0.8,
        TopK = 7,
        MinP = 0.1,
        RepetitionPenalty = 1.2,
        Seed = 3,
        StopSequences = ["###"],
    };

    [Fact]
    public void Of_NoOptions_IsTheClientsOwnWay()
    {
        GenerationOptions options = Of(null);
        Assert.Equal(9, options.MaxNewTokens);
        Assert.Equal(["###"], options.StopStrings);
        Assert.Equal(new SamplingOptions { Temperature = 0.5, TopP = 0.8, TopK = 7, MinP = 0.1, RepetitionPenalty = 1.2, Seed = 3 }, options.Sampling);
    }

    [Fact]
    public void Of_OptionsOfTheCall_WinAndLeaveTheRest()
    {
        GenerationOptions options = Of(new ChatOptions { MaxOutputTokens = 4, Temperature = 0, TopP = 1, TopK = 0, Seed = 8, StopSequences = [] });
        Assert.Equal(4, options.MaxNewTokens);
        Assert.Empty(options.StopStrings);
        Assert.Equal(new SamplingOptions { Temperature = 0, TopP = 1, TopK = 0, MinP = 0.1, RepetitionPenalty = 1.2, Seed = 8 }, options.Sampling);
    }

    [Fact]
    public void Of_RawOptions_StandInForTheClientsOwn()
    {
        var raw = new GenerationOptions { MaxNewTokens = 5, MinNewTokens = 2, Sampling = new SamplingOptions { MinP = 0.3, Seed = 6 } };
        GenerationOptions options = Of(new ChatOptions { TopK = 2, RawRepresentationFactory = _ => raw });
        Assert.Equal((5, 2), (options.MaxNewTokens, options.MinNewTokens));
        Assert.Equal(new SamplingOptions { MinP = 0.3, Seed = 6, TopK = 2 }, options.Sampling);
    }

    [Fact]
    public void Of_NoSeedAnywhere_DrawsOne() =>
        Assert.Equal(77, ChatGeneration.Of(new LocalChatOptions(), new ChatOptions(), null!, () => 77).Sampling.Seed);

    [Fact]
    public void Of_ValuesOutOfRange_TellsAllOfThem()
    {
        var wrong = Assert.Throws<ArgumentOutOfRangeException>(() =>
            Of(new ChatOptions { MaxOutputTokens = 0, Temperature = -1, TopP = 0, TopK = -1, StopSequences = [""] }));
        Assert.All(["MaxOutputTokens is 0", "Temperature is -1", "TopP is 0", "TopK is -1", "StopSequences holds an empty text"], part => Assert.Contains(part, wrong.Message));
    }

    [Fact]
    public void Of_WhatALocalModelCannotDo_IsRefusedByName()
    {
        AIFunction tool = AIFunctionFactory.Create(() => 1, "one");
        Assert.Contains("Tools", Refused(new ChatOptions { Tools = [tool] }));
        Assert.Contains("ResponseFormat", Refused(new ChatOptions { ResponseFormat = ChatResponseFormat.Json }));
        Assert.Contains("FrequencyPenalty", Refused(new ChatOptions { FrequencyPenalty = 1 }));
        Assert.Contains("PresencePenalty", Refused(new ChatOptions { PresencePenalty = 1 }));
        Assert.Contains("ConversationId", Refused(new ChatOptions { ConversationId = "c" }));
        _ = Of(new ChatOptions { Tools = [], ResponseFormat = ChatResponseFormat.Text, FrequencyPenalty = 0, PresencePenalty = 0 });
    }

    // The tiny model reads 128 tokens: after 120 there is room for 8.
    [Fact]
    public void Fit_LengthNotAskedFor_TakesWhatTheContextLeaves()
    {
        Assert.Equal(8, ChatGeneration.Fit(new GenerationOptions { MaxNewTokens = 512 }, false, TinyModels.Config(), 120).MaxNewTokens);
        Assert.Equal(5, ChatGeneration.Fit(new GenerationOptions { MaxNewTokens = 5 }, false, TinyModels.Config(), 120).MaxNewTokens);
    }

    [Fact]
    public void Fit_WhatDoesNotFit_IsRefused()
    {
        Assert.Throws<ContextLengthException>(() => ChatGeneration.Fit(new GenerationOptions { MaxNewTokens = 9 }, true, TinyModels.Config(), 120));
        Assert.Throws<ContextLengthException>(() => ChatGeneration.Fit(new GenerationOptions { MaxNewTokens = 9 }, false, TinyModels.Config(), 128));
    }

    private static GenerationOptions Of(ChatOptions? options) => ChatGeneration.Of(Defaults, options, null!, () => throw new InvalidOperationException("A seed is there."));

    private static string Refused(ChatOptions options) => Assert.Throws<NotSupportedException>(() => Of(options)).Message;
}
