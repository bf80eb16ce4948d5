using System.CommandLine;
using Plumbline.Engine.Generation;
using Plumbline.Engine.Sampling;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;

namespace Plumbline.Cli.Verbs;

/// <summary>How to draw tokens, as the verbs that write share it.</summary>
internal sealed class SamplingOptionsSet
{
    private const int UsualMaxTokens = 128;
    private readonly Option<int?> _maxTokens = new("--max-tokens") { HelpName = "N", Description = "new tokens at most (default 128, or what the model's context leaves)" };
    private readonly Option<double> _temperature = new("--temperature") { HelpName = "X", Description = "0 takes the likeliest token", DefaultValueFactory = _ => 1.0 };
    private readonly Option<int> _topK = new("--top-k") { HelpName = "N", Description = "keep the N likeliest tokens; 0 keeps all", DefaultValueFactory = _ => 0 };
    private readonly Option<double> _topP = new("--top-p") { HelpName = "X", Description = "keep the likeliest tokens that together reach this probability", DefaultValueFactory = _ => 1.0 };
    private readonly Option<double> _minP = new("--min-p") { HelpName = "X", Description = "drop tokens below this share of the likeliest", DefaultValueFactory = _ => 0.0 };
    private readonly Option<double> _penalty = new("--repetition-penalty") { HelpName = "X", Description = "above 1 discourages tokens that are already there", DefaultValueFactory = _ => 1.0 };
    private readonly Option<string[]> _stops = new("--stop") { HelpName = "TEXT", Description = "text that ends the completion (repeatable)" };
    private readonly Option<long> _seed = new("--seed") { HelpName = "N", Description = "seed of the draw", DefaultValueFactory = _ => 0 };

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
        int maxTokens = parsed.GetValue(_maxTokens) ?? UsualMaxTokens, topK = parsed.GetValue(_topK);
        double temperature = parsed.GetValue(_temperature), topP = parsed.GetValue(_topP), minP = parsed.GetValue(_minP), penalty = parsed.GetValue(_penalty);
        string[] stops = parsed.GetValue(_stops) ?? [];
        Require(maxTokens >= 1, $"--max-tokens is {maxTokens}, but at least 1 is wanted.");
        Require(temperature >= 0 && double.IsFinite(temperature), $"--temperature is {temperature}, but must be a number of 0 or more; 0 takes the likeliest token.");
        Require(topK >= 0, $"--top-k is {topK}, but must not be negative; 0 keeps all tokens.");
        Require(topP is > 0 and <= 1, $"--top-p is {topP}, but must be above 0 and at most 1; 1 keeps all tokens.");
        Require(minP is >= 0 and < 1, $"--min-p is {minP}, but must be at least 0 and below 1; 0 keeps all tokens.");
        Require(penalty > 0 && double.IsFinite(penalty), $"--repetition-penalty is {penalty}, but must be a number above 0; 1 changes nothing.");
        Require(stops.All(s => s.Length > 0), "--stop is empty, but every text holds the empty text. Give a text, or leave the option out.");
        if (faults.Count > 0)
            throw new UsageException(string.Join($"{Environment.NewLine}error: ", faults));
        return new GenerationOptions
        {
            MaxNewTokens = maxTokens,
            StopStrings = stops,
            Sampling = new SamplingOptions { Temperature = temperature, TopK = topK, TopP = topP, MinP = minP, RepetitionPenalty = penalty, Seed = parsed.GetValue(_seed) },
        };
    }

    /// <summary>Where no length was asked for, no more tokens than the context leaves after a prompt.</summary>
    public GenerationOptions Fit(ParseResult parsed, GenerationOptions options, ModelConfig config, int promptTokens) =>
        parsed.GetValue(_maxTokens) is null && ContextLength.Room(config, promptTokens) is >= 1 and { } room
            ? options with { MaxNewTokens = Math.Min(options.MaxNewTokens, room) }
            : options;
}
