namespace Plumbline.TestRewards;

/// <summary>Wants an argument that nobody gives.</summary>
public sealed class Demanding(string file) : Faulty
{
    public string File { get; } = file;
}
