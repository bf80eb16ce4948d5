using Plumbline.Core.Advantages;
using Plumbline.Training.Recipes;

namespace Plumbline.Training.Tests.Recipes;

public sealed class RecipeReaderTests : IDisposable
{
    private readonly RecipeFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_File_FillsEveryKindOfValueAndLeavesOtherDefaults()
    {
        string path = _folder.Write("""
            model: MODEL
            seed: 7
            adapter:
              target_modules: [q_proj, v_proj]
              use_rslora: true
            data: {prompts: DATA}
            rewards:
              - path: MODEL
                weights: {safety: 2, politeness: -0.5}
              - type: length
                min: 5
            grpo:
              min_p: 0.05
              scale_rewards: none
              multi_objective_aggregation: normalize_then_sum
              stop_strings: ["\n\n", "User:"]
            optimizer:
              lr_scheduler_type: cosine
            training:
              time_limit_minutes: 1.5
            """.Replace("MODEL", _folder.Model, StringComparison.Ordinal).Replace("DATA", _folder.Data, StringComparison.Ordinal));
        GrpoRecipe recipe = RecipeReader.Read<GrpoRecipe>(path, []);
        Assert.Equal(7, recipe.Seed);
        Assert.Equal(["q_proj", "v_proj"], recipe.Adapter!.TargetModules);
        Assert.True(recipe.Adapter.UseRslora);
        Assert.Equal(16, recipe.Adapter.R);
        Assert.Equal(RewardSourceType.Model, recipe.Rewards[0].Type);
        Assert.Equal(-0.5, recipe.Rewards[0].Weights["politeness"]);
        Assert.Equal(RewardSourceType.Length, recipe.Rewards[1].Type);
        Assert.Equal(5, recipe.Rewards[1].Min);
        Assert.Equal(0.05, recipe.Grpo.MinP);
        Assert.Equal(ScaleRewards.None, recipe.Grpo.ScaleRewards);
        Assert.Equal(RewardAggregation.NormalizeThenSum, recipe.Grpo.MultiObjectiveAggregation);
        Assert.Equal(["\n\n", "User:"], recipe.Grpo.StopStrings);
        Assert.Equal(0.2, recipe.Grpo.Epsilon);
        Assert.Equal(LrSchedulerType.Cosine, recipe.Optimizer.LrSchedulerType);
        Assert.Equal(1e-5, recipe.Optimizer.LearningRate);          // the recipe's default, kept when its section is given in part
        Assert.Equal(TimeSpan.FromSeconds(90), recipe.Training.TimeLimit);
    }

    [Fact]
    public void Read_ManyFaults_TellsAllAtOnceWithLinesAndNearestKeys()
    {
        IReadOnlyList<string> faults = _folder.Faults<GrpoRecipe>("""
            modle: x
            grpo:
              num_generation: 8
              temperature: hot
              top_k: 1.5
              epsilon: 2
              scale_rewards: grup
              mask_truncated_completions: yes
            learning_rate: 1e-4
            adapter: [q_proj]
            zzz: 1
            training:
              max_steps: 3
              max_steps: 4
            """);
        Assert.Equal(
            [
                "recipe.yaml line 14: training.max_steps is given twice (first at recipe.yaml line 13). Keep one.",
                "recipe.yaml line 1: modle is not a known key. Did you mean 'model'?",
                "recipe.yaml line 3: grpo.num_generation is not a known key. Did you mean 'grpo.num_generations'?",
                "recipe.yaml line 4: grpo.temperature is 'hot', but must be a finite number.",
                "recipe.yaml line 5: grpo.top_k is '1.5', but must be a whole number within 32 bits.",
                "recipe.yaml line 7: grpo.scale_rewards is 'grup', but must be one of group, batch, none. Did you mean 'group'?",
                "recipe.yaml line 8: grpo.mask_truncated_completions is 'yes', but must be true or false.",
                "recipe.yaml line 9: learning_rate is not a known key. Did you mean 'optimizer.learning_rate'?",
                "recipe.yaml line 10: adapter is a list of 1, but must be a section of keys.",
                "recipe.yaml line 11: zzz is not a known key. Known here: model, adapter_path, output_dir, seed, device, threads, dtype, quantization, adapter, data, rollout, rewards, optimizer, training, grpo.",
                "rewards is [], but nothing can be learnt without a reward. Add a source, such as --set rewards.0.path=DIR.",
                "data.prompts is missing. Name a file of prompts, such as --set data.prompts=FILE.",
                "recipe.yaml line 6: grpo.epsilon is 2, but the clip must lie strictly between 0 and 1. A usual value is 0.2.",
            ],
            faults);
    }

    [Theory]
    [InlineData("grpo.num_generations=two", "--set grpo.num_generations=two: grpo.num_generations is 'two', but must be a whole number within 32 bits.")]
    [InlineData("grpo.beta=", "--set grpo.beta=: grpo.beta is empty, but must be a finite number.")]
    [InlineData("grpo.beta=nan", "--set grpo.beta=nan: grpo.beta is 'nan', but must be a finite number.")]
    [InlineData("grpo.beta=[1]", "--set grpo.beta=[1]: grpo.beta is a list of 1, but must be a finite number.")]
    [InlineData("seed=9999999999", "--set seed=9999999999: seed is '9999999999', but must be a whole number within 32 bits.")]
    [InlineData("grpo.stop_strings=x", "--set grpo.stop_strings=x: grpo.stop_strings is 'x', but must be a list such as [a, b].")]
    [InlineData("grpo.reward_weights=3", "--set grpo.reward_weights=3: grpo.reward_weights is '3', but must be a section of names and numbers, such as {safety: 2}.")]
    [InlineData("grpo.reward_weights={a: b}", "--set grpo.reward_weights={a: b}: grpo.reward_weights.a is 'b', but must be a finite number.")]
    [InlineData("training.time_limit_minutes=soon", "--set training.time_limit_minutes=soon: training.time_limit_minutes is 'soon', but must be a number of minutes, at most a year.")]
    [InlineData("model.x=1", "--set model.x=1: model is the single value 'model', so it has no 'x' in it. Give model itself.")]
    [InlineData("rewards.5.weight=1", "--set rewards.5.weight=1: rewards is a list of 1, so '5' names no item. Use a number from 0 to 1; 1 adds one.")]
    [InlineData("grpo.beta", "--set grpo.beta: there is no key and '='. Write it as key.path=value, such as grpo.beta=0.04.")]
    [InlineData("grpo.bta=1", "--set grpo.bta=1: grpo.bta is not a known key. Did you mean 'grpo.beta'?")]
    [InlineData("grpo={beta: 0, beta: 1}", "--set grpo={beta: 0, beta: 1}: beta is given twice (first at --set grpo={beta: 0, beta: 1}). Keep one.")]
    [InlineData("rewards.0.type=modle", "--set rewards.0.type=modle: rewards.0.type is 'modle', but must be one of model, length, regex, repetition, http, judge, assembly. Did you mean 'model'?")]
    public void Read_WrongOverride_NamesItAndWhatIsWanted(string set, string expected)
    {
        Assert.Equal(expected, Assert.Single(_folder.Faults<GrpoRecipe>(null, [.. _folder.GrpoSets, set])));
    }

    [Fact]
    public void Read_Overrides_ReachSectionsItemsAndListsOfTheDefaults()
    {
        GrpoRecipe recipe = _folder.Grpo(
            "adapter.target_modules.0=q_proj", "rewards.0.weights.safety=2", "rewards.1.type=regex", "rewards.1.pattern=[a-z]+", "rewards.1.weight=0.5",
            "grpo.stop_strings=[\"\\n\", END]", "grpo.reward_weights={safety: 3}", "grpo.delta=~", "output_dir=a=b #1");
        Assert.Equal(["q_proj"], recipe.Adapter!.TargetModules);
        Assert.Equal(2, recipe.Rewards[0].Weights["safety"]);
        Assert.Equal(("[a-z]+", 0.5), (recipe.Rewards[1].Pattern, recipe.Rewards[1].Weight));
        Assert.Equal(["\n", "END"], recipe.Grpo.StopStrings);
        Assert.Equal(3, recipe.Grpo.RewardWeights["safety"]);
        Assert.Null(recipe.Grpo.Delta);
        Assert.Equal("a=b #1", recipe.OutputDir);
    }

    [Fact]
    public void Read_ItemOfADefaultList_ChangesThatItemOnly()
    {
        RewardRecipe recipe = RecipeReader.Read<RewardRecipe>(null, [$"data.train={_folder.Data}", "data.objectives.1=helpfulness", "data.objectives.4=brevity"]);
        Assert.Equal(["politeness", "helpfulness", "actionability", "safety", "brevity"], recipe.Data.Objectives);
    }

    [Fact]
    public void Read_FlagsAndSets_GoOverTheFileAndSetsOverFlags()
    {
        string file = _folder.Write("seed: 1\nthreads: 1\ndevice: cuda\noutput_dir: here\n");
        var flags = new Dictionary<string, string>
        {
            ["model"] = _folder.Model,
            ["rewards.0.path"] = _folder.Model,
            ["data.prompts"] = _folder.Data,
            ["threads"] = "2",
            ["device"] = "cuda:1",
            ["output_dir"] = "[odd] 'name'",
        };
        GrpoRecipe recipe = RecipeReader.Read<GrpoRecipe>(file, ["device=cpu"], flags);
        Assert.Equal((1, 2, "cpu", "[odd] 'name'"), (recipe.Seed, recipe.Threads, recipe.Device, recipe.OutputDir));
    }

    [Fact]
    public void Read_FlagNamingNoFolder_SaysItCameFromTheCommandLine()
    {
        var flags = new Dictionary<string, string> { ["model"] = "no-such", ["rewards.0.path"] = _folder.Model, ["data.prompts"] = _folder.Data };
        RecipeException exception = Assert.Throws<RecipeException>(() => RecipeReader.Read<GrpoRecipe>(null, [], flags));
        Assert.Equal($"command line (model): model is 'no-such', but there is no such folder ({Path.GetFullPath("no-such")}). Correct the path, or run from the folder it is relative to.",
            Assert.Single(exception.Faults));
        Assert.StartsWith("The recipe has a fault:\n  - command line (model): ", exception.Message);
    }

    [Fact]
    public void Read_SectionsLeftEmpty_AreTheDefaultsAndAdapterBracesTurnItOn()
    {
        string file = _folder.Write("optimizer:\n# learning_rate: 1\nadapter:\n");
        Assert.Null(RecipeReader.Read<GrpoRecipe>(file, _folder.GrpoSets).Adapter);
        GrpoRecipe recipe = RecipeReader.Read<GrpoRecipe>(file, [.. _folder.GrpoSets, "adapter={}"]);
        Assert.Equal(1e-5, recipe.Optimizer.LearningRate);
        Assert.Equal(16, recipe.Adapter!.R);
    }

    [Theory]
    [InlineData("seed: 1\n  threads: 2\n", "recipe.yaml line 2, column ")]
    [InlineData("seed: &s 1\nthreads: *s\n", "recipe.yaml line 2, column 10: not readable as YAML: aliases (*name) are not read; write the value out")]
    [InlineData("seed: 1\n---\nseed: 2\n", "recipe.yaml line 2, column 1: not readable as YAML: a recipe is one document; remove the second '---'")]
    [InlineData("[a, b]: 1\n", "recipe.yaml line 1, column 1: not readable as YAML: a key must be a plain word")]
    [InlineData("seed: [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]\n", "recipe.yaml line 1, column 23: not readable as YAML: values are nested more than 16 deep")]
    public void Read_NotYaml_NamesLineAndColumn(string yaml, string expected) =>
        Assert.StartsWith(expected, Assert.Single(_folder.Faults<GrpoRecipe>(yaml, _folder.GrpoSets)));

    [Fact]
    public void Read_AListAsRecipe_IsAFault() =>
        Assert.Contains("recipe.yaml line 1: the recipe is a list of 2, but must be a section of keys.", _folder.Faults<SftRecipe>("- a\n- b\n"));

    [Fact]
    public void Read_NoSuchFile_IsAFault()
    {
        string missing = Path.Combine(_folder.Root, "nothing.yaml");
        RecipeException exception = Assert.Throws<RecipeException>(() => RecipeReader.Read<SftRecipe>(missing, []));
        Assert.StartsWith($"{missing}: the recipe cannot be read: ", Assert.Single(exception.Faults));
    }

    [Fact]
    public void Read_EmptyFile_IsTheDefaults() =>
        Assert.Equal(42, RecipeReader.Read<GrpoRecipe>(_folder.Write("# nothing\n"), _folder.GrpoSets).Seed);
}
