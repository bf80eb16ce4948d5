using System.Text.RegularExpressions;
using Plumbline.Training.Recipes.Binding;

namespace Plumbline.Training.Recipes;

/// <summary>What can be wrong with a source of rewards before it is asked.</summary>
public sealed partial record RewardSource
{
    // Keys that are not for every type. The others are taken by all.
    private static readonly Dictionary<string, RewardSourceType[]> TakenBy = new()
    {
        [nameof(Path)] = [RewardSourceType.Model, RewardSourceType.Assembly],
        [nameof(Class)] = [RewardSourceType.Assembly],
        [nameof(Url)] = [RewardSourceType.Http, RewardSourceType.Judge],
        [nameof(Model)] = [RewardSourceType.Judge],
        [nameof(Rubric)] = [RewardSourceType.Judge],
        [nameof(RubricFile)] = [RewardSourceType.Judge],
        [nameof(Scale)] = [RewardSourceType.Judge],
        [nameof(Objectives)] = [RewardSourceType.Http],
        [nameof(LabelField)] = [RewardSourceType.Http, RewardSourceType.Judge],
        [nameof(ApiKeyEnv)] = [RewardSourceType.Http, RewardSourceType.Judge],
        [nameof(TimeoutSeconds)] = [RewardSourceType.Http, RewardSourceType.Judge],
        [nameof(MaxRetries)] = [RewardSourceType.Http, RewardSourceType.Judge],
        [nameof(BatchSize)] = [RewardSourceType.Http],
        [nameof(Concurrency)] = [RewardSourceType.Http, RewardSourceType.Judge],
        [nameof(Pattern)] = [RewardSourceType.Regex],
        [nameof(Target)] = [RewardSourceType.Length],
        [nameof(Min)] = [RewardSourceType.Length],
        [nameof(Max)] = [RewardSourceType.Length],
    };

    private static readonly RewardSource Defaults = new();

    private bool IsRule => Type is RewardSourceType.Length or RewardSourceType.Regex or RewardSourceType.Repetition;

    private bool IsRemote => Type is RewardSourceType.Http or RewardSourceType.Judge;

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        AddStrangers(faults);
        if (Type is RewardSourceType.Model)
            AddModel(faults);
        if (Type is RewardSourceType.Assembly)
            AddAssembly(faults);
        if (IsRemote)
            AddRemote(faults);
        if (Type is RewardSourceType.Judge)
            AddJudge(faults);
        if (Type is RewardSourceType.Regex)
            AddRegex(faults);
        if (Type is RewardSourceType.Length)
            AddLength(faults);
        faults.Require(double.IsFinite(Weight), Weight, "a factor must be a finite number.");
        faults.Require(!IsRule || Weights.Count == 0, Weights, "a rule has one reward. Use weight.");
        return faults;
    }

    private void AddStrangers(FaultList faults)
    {
        foreach (RecipeProperty property in RecipeProperty.Of(typeof(RewardSource)))
            if (TakenBy.TryGetValue(property.Name, out RewardSourceType[]? types) && !types.Contains(Type))
            {
                object? value = property.Get(this);
                bool isDefault = value is System.Collections.ICollection { Count: 0 } || Equals(value, property.Get(Defaults));
                faults.Require(isDefault, value, $"only type {string.Join(" or ", types.Select(type => RecipeScalar.Format(type)))} takes it. Remove it, or correct the type.", property.Name);
            }
    }

    private void AddModel(FaultList faults)
    {
        faults.Given(Path, $"Name the reward model's folder, or set type to {string.Join(", ", RecipeScalar.EnumWords(typeof(RewardSourceType))[1..])}.");
        faults.FolderExists(Path, File.Exists(System.IO.Path.Combine(Path ?? "", RunChecks.AdapterFile)) ? RunChecks.AdapterFile : RunChecks.ModelFile);
    }

    private void AddAssembly(FaultList faults)
    {
        faults.Given(Path, "Name the .dll that holds the reward.");
        faults.FileExists(Path);
    }

    private void AddRemote(FaultList faults)
    {
        faults.Given(Url, $"Name the server's address, such as {(Type is RewardSourceType.Http ? "http://localhost:5000/get_reward" : "http://localhost:8000/v1")}.");
        faults.Require(string.IsNullOrWhiteSpace(Url) || Uri.TryCreate(Url, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https", Url, "an address begins with http:// or https://.");
        faults.Require(Objectives.Distinct().Count() == Objectives.Count && !Objectives.Any(string.IsNullOrWhiteSpace), Objectives, "each objective has a name of its own.");
        faults.Require(ApiKeyEnv is null || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(ApiKeyEnv)), ApiKeyEnv, "there is no such environment variable, or it is empty. Set it to the server's key, and give its name here, not the key.");
        faults.Require(TimeoutSeconds is > 0 and <= 86400, TimeoutSeconds, "an attempt takes some time, at most a day. A usual value is 60.");
        faults.Require(MaxRetries >= 0, MaxRetries, "attempts are counted from 0. 0 asks once; 4 is usual.");
        faults.Require(BatchSize >= 1, BatchSize, "a request has at least one completion. A usual value is 32.");
        faults.Require(Concurrency >= 1, Concurrency, "at least one request is under way. A usual value is 4.");
    }

    private void AddJudge(FaultList faults)
    {
        faults.Given(Model, "Name the model that judges, as its server calls it.");
        faults.FileExists(RubricFile);
        faults.Require(Rubric.Count > 0 || !string.IsNullOrWhiteSpace(RubricFile), Rubric, "a judge must know what to look at. Give a line for each objective, such as rubric: {politeness: Courteous throughout}, or rubric_file.");
        faults.Require(Rubric.Count == 0 || RubricFile is null, RubricFile, "rubric is given as well. Keep one.");
        faults.Require(Rubric.Values.All(criterion => !string.IsNullOrWhiteSpace(criterion)), Rubric, "each objective needs a criterion.");
    }

    private void AddRegex(FaultList faults)
    {
        faults.Given(Pattern, "Give the regular expression that completions should match.");
        try
        {
            _ = Pattern is null ? null : new Regex(Pattern);
        }
        catch (ArgumentException wrong)
        {
            faults.Require(false, Pattern, $"it is not a regular expression: {wrong.Message}");
        }
    }

    private void AddLength(FaultList faults)
    {
        faults.Require(Target is not null || Min is not null || Max is not null, Target, "a length rule needs a target, or a min, a max or both, in words.");
        faults.Require(Target is null || (Target >= 1 && Min is null && Max is null), Target, "a target is 1 or more and stands alone. Give a target, or min and max.");
        faults.Require(Min is null or >= 0, Min, "a shortest length is 0 or more.");
        faults.Require(Max is null || Max >= Math.Max(1, Min ?? 1), Max, "a longest length is at least 1 and not below min.");
    }
}
