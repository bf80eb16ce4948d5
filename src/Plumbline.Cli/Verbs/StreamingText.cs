using Plumbline.Models.Tokens;

namespace Plumbline.Cli.Verbs;

/// <summary>Writes tokens to the terminal as they come, whole characters only.</summary>
internal sealed class StreamingText(Tokenizer tokenizer, bool enabled)
{
    private readonly IncrementalDecoder _decoder = tokenizer.CreateDecoder();

    public void Add(int id)
    {
        if (enabled)
            Console.Write(_decoder.Add(id));
    }

    public void End()
    {
        if (enabled)
            Console.WriteLine(_decoder.Flush());
    }
}
