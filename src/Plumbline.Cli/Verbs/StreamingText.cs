using Plumbline.Engine.Generation;
using Plumbline.Models.Tokens;

namespace Plumbline.Cli.Verbs;

/// <summary>Writes a completion to the terminal as it comes, whole characters only.</summary>
internal static class StreamingText
{
    /// <summary>Samples and shows one completion; where a stop string may still cut the text, it is shown whole at the end.</summary>
    /// <param name="loaded">The model.</param>
    /// <param name="promptIds">The prompt.</param>
    /// <param name="promptIndex">Its coordinate in the randomness.</param>
    /// <param name="options">How to draw.</param>
    /// <param name="before">Shown before the first token.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl-C: the line is ended, and the cancellation goes on to the caller.</param>
    public static Completion Write(LoadedModel loaded, int[] promptIds, long promptIndex, GenerationOptions options, string before, CancellationToken cancellationToken)
    {
        bool streams = options.StopStrings.Count == 0, begun = false;
        IncrementalDecoder decoder = loaded.Tokenizer.CreateDecoder();
        void Show(string text)
        {
            Console.Write(begun ? text : before + text);
            begun = true;
        }
        try
        {
            Completion completion = loaded.Generator.Generate([new GenerationRequest(promptIds, promptIndex)], options, (_, id) =>
            {
                if (streams)
                    Show(decoder.Add(id));
            }, cancellationToken: cancellationToken)[0];
            Show(streams ? decoder.Flush() : completion.Text);
            return completion;
        }
        finally
        {
            if (begun)
                Console.WriteLine();
        }
    }
}
