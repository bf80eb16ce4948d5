using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Plumbline.Extensions.AI;
using Plumbline.Extensions.AI.Chat;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers chat clients over local models.</summary>
public static class PlumblineServiceCollectionExtensions
{
    private const string Section = "Plumbline:Clients";

    /// <summary>Registers one keyed <see cref="IChatClient"/> for each section of <c>Plumbline:Clients</c>, under the section's name.</summary>
    /// <remarks>
    /// The keys of a section are the properties of <see cref="LocalChatOptions"/>. They are checked when the host starts; a misspelt one is a
    /// fault that names the nearest. Clients of one model on one device share its weights; all share one thread that generates.
    /// </remarks>
    /// <param name="services">The collection.</param>
    /// <param name="configuration">The application's whole configuration.</param>
    /// <returns>The collection, to go on.</returns>
    /// <exception cref="ArgumentException">The configuration names no client.</exception>
    public static IServiceCollection AddPlumbline(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        IConfigurationSection[] sections = [.. configuration.GetSection(Section).GetChildren()];
        if (sections.Length == 0)
            throw new ArgumentException($"The configuration has no client under {Section}. Give one a name and a model: \"{Section}:assistant:Model\": \"FOLDER\".", nameof(configuration));
        foreach (IConfigurationSection section in sections)
        {
            services.AddPlumblineClient(section.Key, options => Bind(section, options));
            services.AddSingleton<IValidateOptions<LocalChatOptions>>(new UnknownKeys(section));
        }
        return services;
    }

    /// <summary>Registers one keyed <see cref="IChatClient"/>.</summary>
    /// <param name="services">The collection.</param>
    /// <param name="name">Its key.</param>
    /// <param name="configure">Says which model, and how it answers. Checked when the host starts.</param>
    /// <returns>The collection, to go on.</returns>
    public static IServiceCollection AddPlumblineClient(this IServiceCollection services, string name, Action<LocalChatOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        services.AddOptions<LocalChatOptions>(name).Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LocalChatOptions>, LocalChatOptionsValidator>());
        services.TryAddSingleton<LocalModels>();
        services.AddKeyedSingleton<IChatClient>(name, (provider, _) =>
            new LocalChatClient(provider.GetRequiredService<LocalModels>(), provider.GetRequiredService<IOptionsMonitor<LocalChatOptions>>().Get(name)));
        return services;
    }

    // A value of the wrong kind is a fault of the configuration like any other.
    private static void Bind(IConfigurationSection section, LocalChatOptions options)
    {
        try
        {
            section.Bind(options);
        }
        catch (InvalidOperationException wrong)
        {
            throw new OptionsValidationException(section.Key, typeof(LocalChatOptions), [wrong.Message]);
        }
    }
}
