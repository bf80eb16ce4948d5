// Talks with a local model, a line at a time; an empty line ends.
//   dotnet run --project samples/ConsoleChat -- --Plumbline:Clients:assistant:Model=FOLDER [--Plumbline:Clients:assistant:Adapter=FOLDER]
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddPlumbline(builder.Configuration);
using IHost host = builder.Build();
try
{
    await host.StartAsync(); // here the configuration is checked
}
catch (OptionsValidationException wrong)
{
    foreach (string fault in wrong.Failures)
        await Console.Error.WriteLineAsync(fault);
    return 2;
}

IChatClient assistant = host.Services.GetRequiredKeyedService<IChatClient>("assistant");
var conversation = new List<ChatMessage>();
while (Console.ReadLine() is { Length: > 0 } line)
{
    conversation.Add(new ChatMessage(ChatRole.User, line));
    var answer = new List<ChatResponseUpdate>();
    await foreach (ChatResponseUpdate update in assistant.GetStreamingResponseAsync(conversation))
    {
        Console.Write(update.Text);
        answer.Add(update);
    }
    ChatResponse whole = answer.ToChatResponse();
    conversation.AddMessages(whole);
    Console.WriteLine($"\n[{whole.Usage!.InputTokenCount} tokens read, {whole.Usage.OutputTokenCount} written, {whole.FinishReason}]");
}
await host.StopAsync();
return 0;
