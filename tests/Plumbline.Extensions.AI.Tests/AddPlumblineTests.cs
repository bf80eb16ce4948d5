using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Plumbline.Extensions.AI.Chat;

namespace Plumbline.Extensions.AI.Tests;

public sealed class AddPlumblineTests(TinyFolder folder) : IClassFixture<TinyFolder>
{
    [Fact]
    public async Task Clients_OfTheConfiguration_AreKeyedByTheirNames()
    {
        using IHost host = Build(("assistant:Model", folder.Model), ("assistant:MaxOutputTokens", "3"), ("assistant:Seed", "1"),
            ("aligned:Model", folder.Model), ("aligned:Adapter", folder.Adapter), ("aligned:StopSequences:0", "\n"), ("aligned:Temperature", "0.25"));
        await host.StartAsync();
        IChatClient assistant = host.Services.GetRequiredKeyedService<IChatClient>("assistant"), aligned = host.Services.GetRequiredKeyedService<IChatClient>("aligned");
        Assert.NotSame(assistant, aligned);
        Assert.Same(assistant, host.Services.GetRequiredKeyedService<IChatClient>("assistant"));
        ChatResponse response = await assistant.GetResponseAsync("the cat");
        Assert.InRange(response.Usage!.OutputTokenCount!.Value, 1, 3);
        LocalChatOptions options = host.Services.GetRequiredService<IOptionsMonitor<LocalChatOptions>>().Get("aligned");
        Assert.Equal((0.25, folder.Adapter, "\n"), (options.Temperature, options.Adapter, Assert.Single(options.StopSequences)));
        await host.StopAsync();
    }

    [Fact]
    public async Task Start_WithFaults_TellsEachWithItsClient()
    {
        using IHost host = Build(("assistant:Model", folder.Model), ("assistant:Temprature", "0"), ("other:Device", "tpu"), ("other:TopK", "-2"));
        var wrong = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync());
        string message = wrong is AggregateException many ? string.Join("\n", many.InnerExceptions.Select(e => e.Message)) : wrong.Message;
        Assert.All(
            [
                "Plumbline:Clients:assistant has a key 'Temprature', which is unknown. Did you mean 'Temperature'?",
                "Plumbline's client 'other': Model is missing.", "Plumbline's client 'other': Device: The device is 'tpu'", "Plumbline's client 'other': TopK is -2",
            ],
            part => Assert.Contains(part, message));
    }

    [Fact]
    public async Task Start_WithAValueOfTheWrongKind_TellsItsPlace()
    {
        using IHost host = Build(("assistant:Model", folder.Model), ("assistant:Temperature", "warm"));
        var wrong = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains("'warm' at 'Plumbline:Clients:assistant:Temperature'", wrong.Message);
    }

    [Fact]
    public void Configuration_WithoutClients_IsRefusedAtOnce() =>
        Assert.Contains("Plumbline:Clients:assistant:Model", Assert.Throws<ArgumentException>(() => Build(("Other", "1"))).Message);

    [Fact]
    public void Client_OfCode_NeedsNoConfiguration()
    {
        using ServiceProvider provider = new ServiceCollection().AddPlumblineClient("desk", options => options.Model = folder.Model).BuildServiceProvider();
        Assert.Equal("model", provider.GetRequiredKeyedService<IChatClient>("desk").GetService<ChatClientMetadata>()!.DefaultModelId);
        Assert.Null(provider.GetService<IChatClient>());
    }

    private static IHost Build(params (string Key, string Value)[] settings)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(s => s.Key == "Other" ? s.Key : $"Plumbline:Clients:{s.Key}", s => (string?)s.Value));
        builder.Services.AddPlumbline(builder.Configuration);
        return builder.Build();
    }
}
