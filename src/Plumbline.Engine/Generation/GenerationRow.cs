using Plumbline.Engine.Sampling;
using Plumbline.Models.Tokens;

namespace Plumbline.Engine.Generation;

/// <summary>One completion in the making.</summary>
internal sealed class GenerationRow(int index, GenerationRequest request, GenerationOptions options, IReadOnlyList<int> eos, Tokenizer? tokenizer)
{
    private readonly List<int> _ids = [];
    private readonly List<float> _logProbs = [];
    private FinishReason _reason;
    private string? _text;

    public int Index => index;

    public GenerationRequest Request => request;

    public bool Finished { get; private set; }

    /// <summary>The number that decides the next token.</summary>
    public double Uniform(long seed) => CounterRandom.Uniform(seed, request.PromptIndex, request.CompletionIndex, _ids.Count);

    public void Add(int id, float logProb)
    {
        _ids.Add(id);
        _logProbs.Add(logProb);
        if (eos.Contains(id))
            Finish(FinishReason.Eos);
        else if (StopsAt() is { } cut)
        {
            _text = cut;
            Finish(FinishReason.StopString);
        }
        else if (_ids.Count >= options.MaxNewTokens)
            Finish(FinishReason.Length);
    }

    public Completion ToCompletion() =>
        new([.. _ids], [.. _logProbs], _reason, _text ?? tokenizer?.Decode([.. _ids]) ?? "");

    // The text before the first stop string, or null while there is none.
    private string? StopsAt()
    {
        if (options.StopStrings.Count == 0 || tokenizer is null)
            return null;
        string text = tokenizer.Decode([.. _ids]);
        int cut = options.StopStrings.Select(s => text.IndexOf(s, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
        return cut < 0 ? null : text[..cut];
    }

    private void Finish(FinishReason reason) => (Finished, _reason) = (true, reason);
}
