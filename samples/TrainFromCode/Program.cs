// Aligns a model from C# with a reward of its own: GRPO towards answers that speak of cats.
//   dotnet run --project samples/TrainFromCode -- OUTPUT [MODEL]      without MODEL, on a tiny one of random weights
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Native;
using Plumbline.Models.Tokens;
using Plumbline.Training.Grpo;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Runs;
using TrainFromCode;

if (args is not [string output, ..])
{
    await Console.Error.WriteLineAsync("Name a folder for the run: dotnet run --project samples/TrainFromCode -- OUTPUT [MODEL]");
    return 2;
}
NativeRuntime.Initialize();
string model = args is [_, string given] ? given : Path.Combine(output, "base");
if (args.Length < 2)
{
    Tokenizer tokenizer = BpeTrainer.Train(["a cat sat", "a dog ran"], 264, ["<|endoftext|>"]).ToTokenizer();
    FreshFolder.Write(model, ModelShape.Parse("width=32,layers=2,heads=2,vocab=264").ToConfig("qwen2") with { EosTokenIds = [tokenizer.EosTokenId!.Value] }, seed: 1);
    tokenizer.Save(model);
}
string prompts = Path.Combine(output, "prompts.jsonl");
await File.WriteAllLinesAsync(prompts, ["""{"prompt": "a cat"}""", """{"prompt": "a dog"}"""]);

// The share of letters that "cat" has: a reward is any function of prompt and completion, NaN where it does not apply.
var cats = new RuleReward("cats", (_, completion) => completion.Length == 0 ? double.NaN : completion.Count("cat".Contains) / (double)completion.Length);

var recipe = RecipeReader.Read<GrpoRecipe>(null,
[
    $"model={model}", $"data.prompts={prompts}", $"output_dir={Path.Combine(output, "run")}",
    "rewards=[{type: regex, pattern: cat}]", // its place is taken below
    "grpo.num_generations=16", "grpo.prompts_per_step=2", "grpo.max_completion_length=8", "grpo.beta=0", "optimizer.learning_rate=0.01", "training.max_steps=30",
]);
var progress = new ConsoleProgress("rewards/cats/mean");
(TrainingOutcome outcome, string folder) = await GrpoRun.RunAsync(recipe, resume: false, progress, CancellationToken.None, new Dictionary<int, IRewardSource> { [0] = cats });
Console.WriteLine($"cats {progress.First:0.00} -> {progress.Last:0.00} in {outcome.Steps} steps; {Path.Combine(folder, "final")} is the model, report.html beside it tells how it went");
return 0;
