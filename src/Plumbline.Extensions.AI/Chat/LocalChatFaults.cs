using Plumbline.Models.Chat;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Native;
using Plumbline.Models.Tokens;

namespace Plumbline.Extensions.AI.Chat;

/// <summary>What is wrong with a client's options, found without reading weights.</summary>
internal static class LocalChatFaults
{
    public static IEnumerable<string> Of(LocalChatOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Model))
            yield return "Model is missing. Give the folder of a language model, as Hugging Face lays it out.";
        else if (Failure(() => new LocalModel(options.Model, options.Device).Dispose()) is { } unreadable)
            yield return $"Model: {unreadable}";
        if (options.Adapter is { } adapter && Failure(() => AdapterFolder.Open(adapter).Dispose()) is { } unfit)
            yield return $"Adapter: {unfit}";
        if (Failure(() => ComputeDevice.Find(options.Device)) is { } absent)
            yield return $"Device: {absent}";
        foreach (string fault in GenerationFaults.Of(options.ToGenerationOptions()))
            yield return fault;
    }

    private static string? Failure(Action attempt)
    {
        try
        {
            attempt();
            return null;
        }
        catch (Exception failure) when (failure is CheckpointException or TokenizerException or ChatTemplateException or DeviceException or NativeLoadException or ArgumentException)
        {
            return failure.Message;
        }
    }
}
