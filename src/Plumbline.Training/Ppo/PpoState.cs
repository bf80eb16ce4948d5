using System.Text.Json;

namespace Plumbline.Training.Ppo;

/// <summary>What a PPO run carries from step to step, beside weights and optimizers.</summary>
/// <param name="KlCoefficient">The present price of divergence.</param>
/// <param name="Episodes">Completions learnt from so far.</param>
internal sealed record PpoState(double KlCoefficient, long Episodes)
{
    private const string File = "ppo.json";

    public void Save(string directory) => System.IO.File.WriteAllText(Path.Combine(directory, File), JsonSerializer.Serialize(this));

    public static PpoState Load(string directory) => JsonSerializer.Deserialize<PpoState>(System.IO.File.ReadAllText(Path.Combine(directory, File)))!;
}
