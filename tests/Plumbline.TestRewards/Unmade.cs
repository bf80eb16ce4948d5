namespace Plumbline.TestRewards;

/// <summary>Cannot be made: the file it needs is absent.</summary>
public sealed class Unmade : Faulty
{
    public Unmade() => throw new FileNotFoundException("words.txt is missing");
}
