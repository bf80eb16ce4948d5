using Microsoft.Extensions.Options;
using Plumbline.Extensions.AI.Chat;

namespace Plumbline.Extensions.AI;

/// <summary>Checks a client's options before a model is loaded, and tells every fault with the client's name.</summary>
internal sealed class LocalChatOptionsValidator : IValidateOptions<LocalChatOptions>
{
    public ValidateOptionsResult Validate(string? name, LocalChatOptions options)
    {
        string[] faults = [.. LocalChatFaults.Of(options).Select(fault => $"Plumbline's client '{name}': {fault}")];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
