namespace Plumbline.Training.Adversarial;

/// <summary>Templates that attack in one way.</summary>
/// <param name="Name">Its name in files, one of <see cref="AttackFamilies.Names"/>.</param>
/// <param name="Templates">At least one, of different names.</param>
public sealed record AttackFamily(string Name, IReadOnlyList<AttackTemplate> Templates)
{
    /// <summary>A family of named texts.</summary>
    internal static AttackFamily Of(string name, params (string Name, string Text)[] templates) =>
        new(name, [.. templates.Select(template => new AttackTemplate(template.Name, template.Text))]);
}
