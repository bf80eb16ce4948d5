using Plumbline.Training.Recipes;

namespace Plumbline.Training.Tests.Recipes;

public sealed class RecipeFaultsTests : IDisposable
{
    private readonly RecipeFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("grpo.num_generations=1", "a group of fewer than 2 has nothing to be compared with. Set it to 2 or more.")]
    [InlineData("grpo.prompts_per_step=0", "a step has at least one prompt. Set it to 1 or more.")]
    [InlineData("grpo.max_completion_length=0", "a completion has at least one token. Usual values are 64 to 1024.")]
    [InlineData("grpo.min_p=1.5", "a fraction must lie between 0 and 1. A usual value is 0.05; leave it out to sample from all.")]
    [InlineData("grpo.top_p=0", "a probability to reach must be above 0 and at most 1. Set it to 1 to sample from all.")]
    [InlineData("grpo.top_k=-1", "a number of tokens is not negative. Set it to 0 to sample from all.")]
    [InlineData("grpo.temperature=0", "greedy completions of one prompt are all alike and teach nothing. Set it above 0; 1 is usual.")]
    [InlineData("grpo.repetition_penalty=0", "it divides logits, so it must be above 0. Set it to 1 for no penalty.")]
    [InlineData("grpo.rollout_staleness=2", "completions are sampled one step ahead at most. Set it to 1, or to 0 to learn from the policy's own.")]
    [InlineData("grpo.beta=-0.1", "a negative coefficient would drive the policy from its reference. Set it to 0 or more; 0.04 is usual.")]
    [InlineData("grpo.num_iterations=0", "each step has at least one update. Set it to 1 or more.")]
    [InlineData("grpo.epsilon=1", "the clip must lie strictly between 0 and 1. A usual value is 0.2.")]
    [InlineData("grpo.epsilon_high=0.1", "the clip above 1 must be no narrower than the one below, which is 0.2. A usual value is 0.28; leave it out to have the same.")]
    [InlineData("grpo.delta=1.1", "it must lie above the clip's upper end, which is 1.2. A usual value is 1.5; leave it out for no bound.")]
    [InlineData("grpo.loss_type='ppo'", "the losses are bnpo, cispo, dapo, dr_grpo, grpo, luspo, sapo, vespo. dapo weighs all tokens of a step alike.")]
    [InlineData("optimizer.learning_rate=0", "a learning rate must be above 0. Usual values lie between 1e-6 and 1e-3.")]
    [InlineData("optimizer.adam_beta1=1", "a decay must be at least 0 and below 1. A usual value is 0.9.")]
    [InlineData("optimizer.adam_beta2=-1", "a decay must be at least 0 and below 1. A usual value is 0.999.")]
    [InlineData("optimizer.adam_epsilon=0", "it keeps a denominator from 0, so it must be above 0. A usual value is 1e-8.")]
    [InlineData("optimizer.weight_decay=-1", "weights that grow by themselves do not train. Set it to 0 or more.")]
    [InlineData("optimizer.max_grad_norm=-1", "a norm is not negative. Set it to 1, or to 0 for no clipping.")]
    [InlineData("optimizer.warmup_steps=-1", "steps are counted from 0. Set it to 0 or more.")]
    [InlineData("optimizer.warmup_ratio=1", "a fraction of the run must be at least 0 and below 1.")]
    [InlineData("training.max_steps=-1", "steps are counted from 0. Set it above 0, or to 0 to count by num_train_epochs.")]
    [InlineData("training.num_train_epochs=0", "max_steps is 0 too, so nothing would be trained. Set one of them above 0.")]
    [InlineData("training.gradient_accumulation_steps=0", "a step has at least one micro-batch. Set it to 1 or more.")]
    [InlineData("training.gradient_accumulation_steps=7", "it must cut the 64 completions of a step (grpo.prompts_per_step times grpo.num_generations) into equal parts. Set it to a divisor of 64.")]
    [InlineData("training.per_device_train_batch_size=4", "grpo does not use it. Set grpo.prompts_per_step and grpo.num_generations for the batch, training.gradient_accumulation_steps for the memory.")]
    [InlineData("training.activation_budget_mb=-1", "memory is not negative. Set it to 0 for no limit.")]
    [InlineData("training.activation_window=-1", "tokens are not negative. Set it to 0 to recompute all at once.")]
    [InlineData("training.activation_window=32", "only activations: recompute goes by windows. Set the one to 0 or the other to recompute.")]
    [InlineData("training.logging_steps=0", "metrics are recorded every so many steps. Set it to 1 or more.")]
    [InlineData("training.eval_steps=-1", "steps are counted from 0. Set it above 0, or to 0 to evaluate at the end only.")]
    [InlineData("training.save_steps=-1", "steps are counted from 0. Set it above 0, or to 0 to save at the end only.")]
    [InlineData("training.save_total_limit=0", "the last checkpoint is always kept. Set it to 1 or more.")]
    [InlineData("training.time_limit_minutes=-1", "a time is not negative. Set it above 0, or to 0 for no limit.")]
    [InlineData("adapter.r=0", "a rank is at least 1. Usual values are 8 to 64; 'adapter: null' trains the whole model.")]
    [InlineData("adapter.lora_alpha=0", "the update must count for something. Set it above 0; twice r is usual.")]
    [InlineData("adapter.lora_dropout=1", "a probability of dropping must be at least 0 and below 1.")]
    [InlineData("adapter.target_modules=[]", "an adapter must adapt something. Name matrices such as q_proj, or all-linear.")]
    [InlineData("data.max_prompt_length=0", "a prompt has at least one token. Usual values are 128 to 1024.")]
    [InlineData("data.eval_fraction=1", "something must be left to train on. Set it to at least 0 and below 1.")]
    [InlineData("device='gpu'", "a device is cpu, cuda or cuda:N.")]
    [InlineData("threads=-1", "a number of threads is not negative. Set it to 0 to take what the machine has.")]
    public void Grpo_ValueOutOfRange_NamesKeyValueAndRemedy(string set, string reason)
    {
        (string key, string value) = (set.Split('=')[0], set.Split('=')[1]);
        Assert.Equal($"--set {set}: {key} is {value}, but {reason}", Assert.Single(_folder.Faults<GrpoRecipe>(null, [.. _folder.GrpoSets, set])));
    }

    [Fact]
    public void Grpo_EmptyStopString_IsAFault() => Assert.Equal(
        "--set grpo.stop_strings=[\"\"]: grpo.stop_strings is [], but an empty text would end every completion at once. Remove it.",
        Assert.Single(_folder.Faults<GrpoRecipe>(null, [.. _folder.GrpoSets, "grpo.stop_strings=[\"\"]"])));

    [Theory]
    [InlineData("type=length", "target is not set, but a length rule needs a target, or a min, a max or both, in words.")]
    [InlineData("type=length target=5 max=9", "target is 5, but a target is 1 or more and stands alone. Give a target, or min and max.")]
    [InlineData("type=length min=5 max=4", "max is 4, but a longest length is at least 1 and not below min.")]
    [InlineData("type=length min=-1", "min is -1, but a shortest length is 0 or more.")]
    [InlineData("type=regex pattern=a min=1", "min is 1, but only type length takes it. Remove it, or correct the type.")]
    [InlineData("type=regex", "pattern is missing. Give the regular expression that completions should match.")]
    [InlineData("type=regex pattern=(a", "pattern is '(a', but it is not a regular expression: ")]
    [InlineData("type=repetition pattern=a", "pattern is 'a', but only type regex takes it. Remove it, or correct the type.")]
    [InlineData("type=repetition path=MODEL", "path is 'model', but only type model or assembly takes it. Remove it, or correct the type.")]
    [InlineData("type=repetition weights={a: 1}", "weights is {a: 1}, but a rule has one reward. Use weight.")]
    [InlineData("type=model", "path is missing. Name the reward model's folder, or set type to length, regex, repetition, http, judge, assembly.")]
    [InlineData("type=model path=nowhere", "path is 'nowhere', but there is no such folder (")]
    [InlineData("type=assembly", "path is missing. Name the .dll that holds the reward.")]
    [InlineData("type=assembly path=My.dll", "path is 'My.dll', but there is no such file (")]
    [InlineData("type=repetition objectives=[a]", "objectives is [a], but only type http takes it. Remove it, or correct the type.")]
    [InlineData("type=length target=3 batch_size=3", "batch_size is 3, but only type http takes it. Remove it, or correct the type.")]
    [InlineData("type=http scale=one_to_ten url=http://h", "scale is one_to_ten, but only type judge takes it. Remove it, or correct the type.")]
    [InlineData("type=regex pattern=a url=http://h", "url is 'http://h', but only type http or judge takes it. Remove it, or correct the type.")]
    [InlineData("type=judge url=http://h model=m", "rubric is {}, but a judge must know what to look at. Give a line for each objective, such as rubric: {politeness: Courteous throughout}, or rubric_file.")]
    [InlineData("type=judge model=m rubric.safety=good", "url is missing. Name the server's address, such as http://localhost:8000/v1.")]
    [InlineData("type=judge url=http://h rubric.safety=good", "model is missing. Name the model that judges, as its server calls it.")]
    [InlineData("type=judge url=http://h model=m rubric_file=no.yaml", "rubric_file is 'no.yaml', but there is no such file (")]
    [InlineData("type=http", "url is missing. Name the server's address, such as http://localhost:5000/get_reward.")]
    [InlineData("type=http url=localhost:5000", "url is 'localhost:5000', but an address begins with http:// or https://.")]
    [InlineData("type=http url=http://h objectives=[a,a]", "objectives is [a, a], but each objective has a name of its own.")]
    [InlineData("type=http url=http://h api_key_env=PLUMBLINE_NO_SUCH", "api_key_env is 'PLUMBLINE_NO_SUCH', but there is no such environment variable, or it is empty. Set it to the server's key, and give its name here, not the key.")]
    [InlineData("type=http url=http://h timeout_seconds=0", "timeout_seconds is 0, but an attempt takes some time, at most a day. A usual value is 60.")]
    [InlineData("type=http url=http://h max_retries=-1", "max_retries is -1, but attempts are counted from 0. 0 asks once; 4 is usual.")]
    [InlineData("type=http url=http://h batch_size=0", "batch_size is 0, but a request has at least one completion. A usual value is 32.")]
    [InlineData("type=http url=http://h concurrency=0", "concurrency is 0, but at least one request is under way. A usual value is 4.")]
    public void Rewards_KeysThatDoNotFitTheType_AreFaults(string keys, string expected)
    {
        IEnumerable<string> sets = keys.Replace("a: 1", "a:1", StringComparison.Ordinal).Split(' ')
            .Select(set => $"rewards.1.{set.Replace("a:1", "a: 1", StringComparison.Ordinal).Replace("MODEL", _folder.Model, StringComparison.Ordinal)}");
        string fault = Assert.Single(_folder.Faults<GrpoRecipe>(null, [.. _folder.GrpoSets, .. sets]));
        Assert.Contains($"rewards.1.{expected}", fault);
    }

    [Fact]
    public void Grpo_NothingGiven_NamesAllThatIsMissing() => Assert.Equal(
        [
            "model is missing. Name the policy's folder, such as --set model=DIR.",
            "rewards is [], but nothing can be learnt without a reward. Add a source, such as --set rewards.0.path=DIR.",
            "data.prompts is missing. Name a file of prompts, such as --set data.prompts=FILE.",
        ],
        _folder.Faults<GrpoRecipe>(null));

    [Fact]
    public void Grpo_FilesThatAreNotWhatTheyShouldBe_AreNamed()
    {
        string missing = Path.Combine(_folder.Root, "no.jsonl");
        IReadOnlyList<string> faults = _folder.Faults<GrpoRecipe>(null,
            $"model={_folder.Adapter}", $"adapter_path={_folder.Adapter}", "adapter={}", $"rewards.0.path={_folder.Data}", $"data.prompts={_folder.Root}", $"data.eval_prompts={missing}");
        Assert.Equal(5, faults.Count);
        Assert.EndsWith(": model is 'adapter', but that folder holds no config.json. Name the folder that does.", faults[0]);
        Assert.EndsWith(": adapter_path is 'adapter', but adapter is given as well. Keep one: a saved adapter to go on with, or the shape of a new one.", faults[1]);
        Assert.Contains(": data.prompts is '", faults[2]);
        Assert.EndsWith("', but the folder holds files of several kinds (.json, .jsonl). Choose by a pattern, such as *.json.", faults[2]);
        Assert.EndsWith(": data.eval_prompts is 'no.jsonl', but there is no such file (no.jsonl). Correct the path, or run from the folder it is relative to.", faults[3]);
        Assert.EndsWith(": rewards.0.path is 'data.jsonl', but there is no such folder (data.jsonl). Correct the path, or run from the folder it is relative to.", faults[4]);
    }

    [Theory]
    [InlineData("reward.ridge_lambda=2", "reward.ridge_lambda is 2, but only head: ridge has a penalty. Remove it, or set reward.head to ridge.")]
    [InlineData("reward.head=ridge", "model is not set, but a ridge head stands on what a trained model knows. Name one, such as the policy's base.")]
    [InlineData("reward.head=ridge model=MODEL reward.ridge_lambda=0", "reward.ridge_lambda is 0, but a penalty must be above 0. Leave it out to have it found.")]
    [InlineData("reward.head=ridge model=MODEL reward.loss=huber", "reward.loss is huber, but a ridge head is fitted to squares. Leave it out.")]
    [InlineData("reward.head=ridge model=MODEL adapter.r=4", "adapter is given, but the trunk of a ridge head is frozen. Remove the adapter section, or set reward.head to regression.")]
    [InlineData("reward.head=ridge model=MODEL data.pairs=DATA", "data.pairs is [data.jsonl], but a ridge head is fitted to labels, not to pairs. Remove them, or set reward.head to regression.")]
    public void Reward_RidgeHead_NeedsATrunkAndLabelsAlone(string keys, string expected)
    {
        string[] sets = [$"data.train={_folder.Data}", .. keys.Replace("MODEL", _folder.Model, StringComparison.Ordinal).Replace("DATA", _folder.Data, StringComparison.Ordinal).Split(' ')];
        Assert.Contains(expected, Assert.Single(_folder.Faults<RewardRecipe>(null, sets)));
    }

    [Theory]
    [InlineData("data.max_length=1", "the next token can only be learnt from rows of 2 tokens or more.")]
    [InlineData("data.validation_fraction=-0.1", "something must be left to train on. Set it to at least 0 and below 1.")]
    [InlineData("training.per_device_train_batch_size=0", "a batch holds at least one row. Set it to 1 or more.")]
    [InlineData("data.max_length=513 scratch={}", "the model from scratch ends at scratch.max_position_embeddings, which is 512. Lower the one or raise the other.")]
    [InlineData("scratch.vocabulary_size=256", "a byte-level vocabulary needs one token for each of the 256 bytes and some more. Usual values are 2000 to 32000.")]
    [InlineData("scratch.num_hidden_layers=0", "a model has at least one layer.")]
    [InlineData("scratch.hidden_size=100", "each of 4 heads needs the same even share of it. Make it a multiple of 8.")]
    [InlineData("scratch.num_key_value_heads=3", "the 4 query heads must share them evenly. Set it to a divisor of num_attention_heads.")]
    [InlineData("scratch.intermediate_size=0", "a feed-forward layer has a width. About 8/3 of hidden_size is usual.")]
    [InlineData("scratch.max_position_embeddings=4 data.max_length=4", "texts need room. Set it to the longest text in tokens, at least 8.")]
    public void Sft_ValueOutOfRange_NamesKeyValueAndRemedy(string sets, string reason)
    {
        bool isScratch = sets.Contains("scratch", StringComparison.Ordinal);
        string[] all = [.. isScratch ? [] : new[] { $"model={_folder.Model}" }, $"data.train={_folder.Data}", .. sets.Split(' ')];
        string set = sets.Split(' ')[0];
        Assert.Equal($"--set {set}: {set.Split('=')[0]} is {set.Split('=')[1]}, but {reason}", Assert.Single(_folder.Faults<SftRecipe>(null, all)));
    }

    [Fact]
    public void Sft_ModelAndScratch_ExcludeEachOther()
    {
        Assert.Equal("model is missing. Name a model folder, such as --set model=DIR, or give a 'scratch' section to begin without one.",
            Assert.Single(_folder.Faults<SftRecipe>(null, $"data.train={_folder.Data}")));
        IReadOnlyList<string> faults = _folder.Faults<SftRecipe>(null, $"data.train={_folder.Data}", $"model={_folder.Model}", "scratch={}", "adapter={}");
        Assert.Equal(
            [
                "--set model=model: model is 'model', but scratch is given as well. Keep one: a folder to begin from, or the shape of a new model.",
                "--set adapter={}: adapter is given, but a model from scratch has nothing to adapt. Remove the adapter section.",
            ],
            faults);
    }

    [Theory]
    [InlineData("data.objectives=[]", "data.objectives is [], but a reward model scores at least one objective. Name the fields that hold labels.")]
    [InlineData("data.objectives=[a, b, a]", "data.objectives is [a, b, a], but each objective has one head. Name each once.")]
    [InlineData("data.max_length=0", "data.max_length is 0, but a row has at least one token. Usual values are 128 to 1024.")]
    [InlineData("data.max_length=600", "data.max_length is 600, but the trunk from scratch ends at scratch.max_position_embeddings, which is 512. Lower the one or raise the other.")]
    [InlineData("data.max_prompt_length=256", "data.max_prompt_length is 256, but it must leave room for the completion in max_length, which is 256. Set it below that.")]
    [InlineData("reward.huber_delta=0", "reward.huber_delta is 0, but the turn from squared to absolute lies above 0. A usual value is 1.")]
    [InlineData("reward.early_stopping_patience=-1", "reward.early_stopping_patience is -1, but evaluations are counted from 0. Set it above 0, or to 0 to never end early.")]
    [InlineData("reward.dropout=1", "reward.dropout is 1, but a probability of dropping must be at least 0 and below 1.")]
    [InlineData("adapter={}", "adapter is given, but a trunk from scratch has nothing to adapt. Name a model, or remove the adapter section.")]
    [InlineData("data.completion_field=''", "data.completion_field is missing. Name the field of the completion, such as response.")]
    public void Reward_ValueOutOfRange_NamesKeyValueAndRemedy(string set, string expected) =>
        Assert.Equal($"--set {set}: {expected}", Assert.Single(_folder.Faults<RewardRecipe>(null, $"data.train={_folder.Data}", set)));

    [Fact]
    public void Defaults_WithFilesGiven_HaveNoFaults()
    {
        Assert.Equal(1e-5, _folder.Grpo().Optimizer.LearningRate);
        Assert.Equal(1e-3, RecipeReader.Read<RewardRecipe>(null, [$"data.train={_folder.Data}"]).Optimizer.LearningRate);
        Assert.Equal(2e-4, RecipeReader.Read<SftRecipe>(null, [$"data.train={_folder.Data}", $"model={_folder.Model}"]).Optimizer.LearningRate);
    }

    [Fact]
    public void ReadyRecipes_WithFilesGiven_HaveNoFaults()
    {
        string recipes = ReadyRecipes();
        Assert.Equal(16, RecipeReader.Read<SftRecipe>(Path.Combine(recipes, "sft.yaml"), [$"model={_folder.Model}", $"data.train={_folder.Data}"]).Training.PerDeviceTrainBatchSize);
        Assert.Equal(TimeSpan.FromMinutes(14), RecipeReader.Read<RewardRecipe>(Path.Combine(recipes, "reward.yaml"), [$"data.train={_folder.Data}"]).Training.TimeLimit);
        GrpoRecipe grpo = RecipeReader.Read<GrpoRecipe>(Path.Combine(recipes, "grpo.yaml"), _folder.GrpoSets);
        Assert.Equal([RewardSourceType.Model, RewardSourceType.Repetition], grpo.Rewards.Select(source => source.Type));
        Assert.Null(RecipeReader.Read<GrpoRecipe>(Path.Combine(recipes, "grpo.yaml"), [.. _folder.GrpoSets, "adapter=null"]).Adapter);
    }

    private static string ReadyRecipes()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Plumbline.slnx")))
            folder = folder.Parent!;
        return Path.Combine(folder.FullName, "recipes");
    }
}
