namespace Plumbline.Cli.Tests;

/// <summary>Does something when a line with a certain text is written: an interruption at a known place.</summary>
internal sealed class WatchedWriter(string awaited, Action act) : StringWriter
{
    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        if (value?.Contains(awaited, StringComparison.Ordinal) == true)
            act();
    }
}
