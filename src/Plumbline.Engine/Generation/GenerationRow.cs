using Plumbline.Engine.Sampling;
using Plumbline.Models.Decoder;
using Plumbline.Models.Tokens;

namespace Plumbline.Engine.Generation;

/// <summary>One completion in the making.</summary>
internal sealed class GenerationRow
{
    private readonly GenerationOptions _options;
    private readonly IReadOnlyList<int> _eos;
    private readonly Tokenizer? _tokenizer;
    private readonly List<int> _ids = [];
    private readonly List<float> _logProbs = [];
    private readonly IncrementalDecoder? _decoder; // where there are stop strings
    private string _tail = ""; // the end of the text so far, as much of it as a stop string may begin in
    private FinishReason _reason;
    private string? _text;
    private Completion? _completion;

    public GenerationRow(int index, GenerationRequest request, GenerationOptions options, IReadOnlyList<int> eos, Tokenizer? tokenizer)
    {
        (Index, Request, _options, _eos, _tokenizer) = (index, request, options, eos, tokenizer);
        _decoder = options.StopStrings.Count > 0 ? tokenizer?.CreateDecoder() : null;
        Seen = options.Sampling.RepetitionPenalty != 1.0 ? [.. request.PromptIds] : null;
    }

    public int Index { get; }

    public GenerationRequest Request { get; }

    public SamplingOptions Sampling => _options.Sampling;

    public bool Finished { get; private set; }

    /// <summary>Where the completion's tokens are cached; null before its first pass.</summary>
    public CacheSegment? Segment { get; set; }

    /// <summary>Where its prompt ends; set when the row begins.</summary>
    public PromptNode? Prompt { get; set; }

    /// <summary>The token sampled last; null before the first.</summary>
    public int? LastId => _ids.Count == 0 ? null : _ids[^1];

    /// <summary>Tokens of prompt and completion, kept where a repetition penalty asks for them.</summary>
    public HashSet<int>? Seen { get; }

    /// <summary>The number that decides the next token.</summary>
    public double Uniform() => CounterRandom.Uniform(Sampling.Seed, Request.PromptIndex, Request.CompletionIndex, _ids.Count);

    /// <summary>Tokens that may not come next: those that would end the completion too early.</summary>
    public IReadOnlyList<int> Forbidden => _ids.Count < _options.MinNewTokens ? _eos : [];

    public void Add(int id, float logProb)
    {
        _ids.Add(id);
        Seen?.Add(id);
        _logProbs.Add(logProb);
        if (_eos.Contains(id))
            Finish(FinishReason.Eos);
        else if (StopsAt(id) is { } cut)
        {
            _text = cut;
            Finish(FinishReason.StopString);
        }
        else if (_ids.Count >= _options.MaxNewTokens)
            Finish(FinishReason.Length);
    }

    /// <summary>What came of it, once it has finished.</summary>
    public Completion Completion =>
        _completion ??= new([.. _ids], [.. _logProbs], _reason, _text ?? _tokenizer?.Decode([.. _ids]) ?? "");

    // The text before the first stop string, or null while there is none. Only what is new is searched.
    private string? StopsAt(int id)
    {
        if (_decoder is null)
            return null;
        _tail += _decoder.Add(id);
        if (_options.StopStrings.Any(stop => _tail.Contains(stop, StringComparison.Ordinal)))
        {
            string text = _tokenizer!.Decode([.. _ids]);
            int cut = _options.StopStrings.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
            return cut < 0 ? null : text[..cut];
        }
        _tail = _tail[Math.Max(0, _tail.Length + 1 - _options.StopStrings.Max(stop => stop.Length))..];
        return null;
    }

    private void Finish(FinishReason reason) => (Finished, _reason) = (true, reason);
}
