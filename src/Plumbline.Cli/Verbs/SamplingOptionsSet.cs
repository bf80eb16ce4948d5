using System.CommandLine;
using Plumbline.Engine.Generation;
using Plumbline.Engine.Sampling;

namespace Plumbline.Cli.Verbs;

/// <summary>How to draw tokens, as the verbs that write share it.</summary>
internal sealed class SamplingOptionsSet
{
    private readonly Option<int> _maxTokens = new("--max-tokens") { Description = "new tokens at most", DefaultValueFactory = _ => 128 };
    private readonly Option<double> _temperature = new("--temperature") { Description = "0 takes the likeliest token", DefaultValueFactory = _ => 1.0 };
    private readonly Option<int> _topK = new("--top-k") { Description = "keep the k likeliest tokens; 0 keeps all", DefaultValueFactory = _ => 0 };
    private readonly Option<double> _topP = new("--top-p") { Description = "keep the likeliest tokens that reach this probability", DefaultValueFactory = _ => 1.0 };
    private readonly Option<double> _minP = new("--min-p") { Description = "drop tokens below this share of the likeliest", DefaultValueFactory = _ => 0.0 };
    private readonly Option<double> _penalty = new("--repetition-penalty") { Description = "above 1 discourages tokens already there", DefaultValueFactory = _ => 1.0 };
    private readonly Option<string[]> _stops = new("--stop") { Description = "text that ends the completion (repeatable)" };
    private readonly Option<long> _seed = new("--seed") { Description = "seed of the draw", DefaultValueFactory = _ => 0 };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _maxTokens, _temperature, _topK, _topP, _minP, _penalty, _stops, _seed })
            command.Add(option);
    }

    public GenerationOptions Read(ParseResult parsed)
    {
        var faults = new List<string>();
        void Require(bool sound, string fault)
        {
            if (!sound)
                faults.Add(fault);
        }
        int maxTokens = parsed.GetValue(_maxTokens), topK = parsed.GetValue(_topK);
        double temperature = parsed.GetValue(_temperature), topP = parsed.GetValue(_topP), minP = parsed.GetValue(_minP), penalty = parsed.GetValue(_penalty);
        Require(maxTokens >= 1, $"--max-tokens is {maxTokens}, but at least 1 is wanted.");
        Require(temperature >= 0, $"--temperature is {temperature}, but it must not be negative; 0 takes the likeliest token.");
        Require(topK >= 0, $"--top-k is {topK}, but it must not be negative; 0 keeps all tokens.");
        Require(topP is > 0 and <= 1, $"--top-p is {topP}, but it must lie above 0 and at most at 1.");
        Require(minP is >= 0 and < 1, $"--min-p is {minP}, but it must be at least 0 and below 1.");
        Require(penalty > 0, $"--repetition-penalty is {penalty}, but it must be above 0; 1 changes nothing.");
        if (faults.Count > 0)
            throw new UsageException(string.Join(Environment.NewLine, faults));
        return new GenerationOptions
        {
            MaxNewTokens = maxTokens,
            StopStrings = parsed.GetValue(_stops) ?? [],
            Sampling = new SamplingOptions { Temperature = temperature, TopK = topK, TopP = topP, MinP = minP, RepetitionPenalty = penalty, Seed = parsed.GetValue(_seed) },
        };
    }
}
