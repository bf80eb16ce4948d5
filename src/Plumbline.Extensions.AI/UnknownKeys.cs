using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Plumbline.Extensions.AI.Chat;
using Plumbline.Training.Recipes.Binding;

namespace Plumbline.Extensions.AI;

/// <summary>Finds the keys of a client's section that are none of its options: binding would pass over them in silence.</summary>
/// <param name="section">The client's section.</param>
internal sealed class UnknownKeys(IConfigurationSection section) : IValidateOptions<LocalChatOptions>
{
    private static readonly string[] Known = [.. typeof(LocalChatOptions).GetProperties().Select(property => property.Name)];

    public ValidateOptionsResult Validate(string? name, LocalChatOptions options)
    {
        if (name != section.Key)
            return ValidateOptionsResult.Skip;
        string[] faults = [.. section.GetChildren().Select(child => child.Key).Where(key => !Known.Contains(key, StringComparer.OrdinalIgnoreCase)).Select(Fault)];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private string Fault(string key) =>
        $"{section.Path} has a key '{key}', which is unknown.{(NearestWord.Find(key, Known) is { } nearest ? $" Did you mean '{nearest}'?" : "")} The keys are {string.Join(", ", Known)}.";
}
