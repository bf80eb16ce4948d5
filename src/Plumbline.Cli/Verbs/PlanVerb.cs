using System.CommandLine;
using System.Globalization;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Hub;
using Plumbline.Models.Quantization;
using Plumbline.Training.Planning;
using Plumbline.Training.Recipes;
using TorchSharp;

namespace Plumbline.Cli.Verbs;

internal static class PlanVerb
{
    private static readonly string[] Algorithms = ["grpo", "rloo", "ppo"];

    // Their files are not needed for a plan.
    private static readonly string[] Unread = ["model", "adapter_path", "data", "rewards", "output_dir"];

    public static Command Create()
    {
        var model = new Option<string?>("--model") { HelpName = "DIR|NAME", Description = "a model folder, or a name of the hub that was pulled; config.json is enough" };
        var shape = new Option<string?>("--shape") { HelpName = "SHAPE", Description = $"in place of a folder: {string.Join(", ", ModelShape.Names)}; or keys as `plumbline new` takes them" };
        var recipe = new Option<string?>("--recipe") { HelpName = "FILE", Description = "a recipe (YAML) of grpo, rloo or ppo; without it, the defaults" };
        var algorithm = new Option<string?>("--algorithm") { HelpName = "NAME", Description = "grpo, rloo or ppo (default: the one whose section the recipe has, else grpo)" };
        var sets = new Option<string[]>("--set") { HelpName = "KEY=VALUE", Description = "override a key of the recipe (repeatable)", AllowMultipleArgumentsPerToken = false };
        var memory = new Option<string?>("--memory") { HelpName = "SIZE", Description = "what there is, such as 24GB (default: this machine's)" };
        var noTime = new Option<bool>("--no-time") { Description = "do not measure this machine to estimate the time of a step" };
        Option<int> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json();
        var precision = new PrecisionOptions();
        var command = new Verb("plan", "Tell what a run will need, without loading weights: memory by role and part, whether it fits, what would, and seconds a step.",
            """
            plumbline plan --model models/7b --recipe recipes/grpo.yaml --set adapter={}
            plumbline plan --shape qwen2.5-14b --quantization nf4 --set adapter={} --memory 24GB
            plumbline plan --shape 15m --recipe recipes/grpo.yaml --json

            All completions are taken to be as long as they may be. 1 GB is 10^9 bytes.
            """)
        { model, shape, recipe, algorithm, sets, memory, noTime, threads, json };
        precision.AddTo(command);
        command.SetAction(parsed =>
        {
            (ModelConfig config, QuantizationType stored) = Shape(parsed.GetValue(model), parsed.GetValue(shape));
            (ModelDType dtype, QuantizationType quantization) = precision.Read(parsed);
            OnlineRecipe read = Read(Algorithm(parsed.GetValue(algorithm), parsed.GetValue(recipe)), parsed.GetValue(recipe), parsed.GetValue(sets) ?? []);
            long available = parsed.GetValue(memory) is { } size ? Bytes(size) : Here(read.Device);
            torch.Device device = CommonOptions.Start(parsed.GetValue(threads), read.Device);
            bool adapted = read.Adapter is not null || read.AdapterPath is not null;
            dtype = dtype == ModelDType.Auto ? read.Dtype : dtype;
            quantization = quantization == QuantizationType.None ? read.Quantization : quantization;
            if (stored != QuantizationType.None && quantization != QuantizationType.None && quantization != stored)
                throw new UsageException($"The folder holds its projections in {stored.ToString().ToLowerInvariant()} already. Leave the quantization out, or name the model that it was made from.");
            quantization = stored == QuantizationType.None ? quantization : stored;
            if (!adapted && (quantization != QuantizationType.None || dtype is not (ModelDType.Auto or ModelDType.Float32)))
                throw new UsageException("Without an adapter every weight of the model is trained, which is done in float32. Plan an adapter over it (--set adapter={}), or leave --dtype and --quantization out.");
            PlannedRun run = OnlinePlan.Of(read, config, adapted ? ModelPrecision.OfFrozen(dtype, quantization, device) : ModelPrecision.Trained);
            MemoryPlan plan = MemoryPlan.Of(run);
            MachineSpeed? speed = parsed.GetValue(noTime) ? null : MachineSpeed.Measure(run.Precision, device);
            StepEstimate? time = speed is null ? null : StepEstimate.Of(run, speed);
            IReadOnlyList<PlanChange> changes = plan.Peak > available ? PlanChange.ThatFit(run, available) : [];
            if (parsed.GetValue(json))
                JsonOutput.Print(new
                {
                    peak_bytes = plan.Peak,
                    available_bytes = available,
                    fits = plan.Peak <= available,
                    held = plan.Held,
                    phases = plan.Phases.Select(p => new { p.Name, p.Bytes, p.Items }),
                    changes,
                    seconds = time,
                    flops_per_second = speed?.FlopsPerSecond,
                    weights_per_second = speed?.WeightsPerSecond,
                });
            else
                Print(run, plan, available, changes, speed, time);
            return CommandLineApp.Done;
        });
        return command;
    }

    private static void Print(PlannedRun run, MemoryPlan plan, long available, IReadOnlyList<PlanChange> changes, MachineSpeed? speed, StepEstimate? time)
    {
        static void Line(string role, string part, long bytes) => Console.WriteLine($"  {role,-16} {part,-30} {Size(bytes),10}");
        long parameters = ModelOutline.Of(run.Policy).Parameters;
        Console.WriteLine($"{run.Policy.Architecture} of {parameters / 1e6:N1} million parameters, {(run.Adapter is null ? "every weight trained" : "an adapter trained over them")}; {run.Rows} rows of {run.PromptTokens} + {run.CompletionTokens} tokens a step");
        Console.WriteLine("held throughout");
        foreach (MemoryItem item in plan.Held)
            Line(item.Role, item.Part, item.Bytes);
        foreach (MemoryPhase phase in plan.Phases.Where(p => p.Bytes > 0))
        {
            Console.WriteLine($"{phase.Name}: {Size(phase.Bytes)}");
            foreach (MemoryItem item in phase.Items.Where(i => i.Bytes > 0))
                Line(item.Role, item.Part, item.Bytes);
        }
        Console.WriteLine($"Peak: {Size(plan.Peak)}, in the {plan.Greatest.Name}; there are {Size(available)}: it {(plan.Peak <= available ? "fits" : "does not fit")}.");
        if (changes.Count > 0)
            Console.WriteLine(changes[0].Peak <= available
                ? $"What would fit:\n{string.Join("\n", changes.Select(change => $"  --set {change.Settings.Replace(" ", " --set ")}    {Size(change.Peak)}"))}"
                : $"Nothing that this verb knows fits; nearest is --set {changes[0].Settings.Replace(" ", " --set ")}, {Size(changes[0].Peak)}. Fewer or shorter rows need less, too: prompts_per_step, num_generations, max_completion_length.");
        if (time is not null)
            Console.WriteLine($"About {Duration(time.Total)} a step (rollout {Duration(time.Rollout)}, score {Duration(time.Score)}, update {Duration(time.Update)}), by {speed!.FlopsPerSecond / 1e9:N0} GFLOP/s and {speed.WeightsPerSecond / 1e9:N1} billion weights/s measured here just now.");
    }

    private static (ModelConfig Config, QuantizationType Stored) Shape(string? model, string? shape)
    {
        if (model is null == shape is null)
            throw new UsageException(model is null ? "Name a model: --model DIR, or --shape such as qwen2.5-7b." : "--model and --shape are both given. Keep one.");
        if (model is not null)
        {
            string path = Path.Combine(ModelFolder.Resolve(model), ModelConfigFile.Name);
            return (ModelConfigFile.Read(path), ModelConfigFile.QuantizationOf(path));
        }
        try
        {
            return (ModelShape.Parse(shape!).ToConfig(null, "bfloat16"), QuantizationType.None);
        }
        catch (CheckpointException fault)
        {
            throw new UsageException(fault.Message);
        }
    }

    private static string Algorithm(string? given, string? recipe)
    {
        if (given is not null)
            return Algorithms.Contains(given) ? given : throw new UsageException($"--algorithm is '{given}', but plans are made for {string.Join(", ", Algorithms)}.");
        string[] lines = recipe is not null && File.Exists(recipe) ? File.ReadAllLines(recipe) : [];
        return Algorithms.FirstOrDefault(name => lines.Any(line => line.StartsWith(name + ":", StringComparison.Ordinal))) ?? "grpo";
    }

    private static OnlineRecipe Read(string algorithm, string? path, string[] sets) => algorithm switch
    {
        "ppo" => RecipeReader.Read<PpoRecipe>(path, sets, unread: Unread),
        "rloo" => RecipeReader.Read<RlooRecipe>(path, sets, unread: Unread),
        _ => RecipeReader.Read<GrpoRecipe>(path, sets, unread: Unread),
    };

    private static long Here(string device) => device == "cpu"
        ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes
        : throw new UsageException($"The device is {device}, whose memory is not known here. Say it: --memory 80GB.");

    private static long Bytes(string size)
    {
        string text = size.Trim().ToUpperInvariant();
        (string Unit, double Bytes)[] units = [("GIB", 1L << 30), ("MIB", 1L << 20), ("GB", 1e9), ("MB", 1e6)];
        (string unit, double bytes) = units.FirstOrDefault(u => text.EndsWith(u.Unit, StringComparison.Ordinal));
        return unit is not null && double.TryParse(text[..^unit.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number > 0 && double.IsFinite(number)
            ? (long)(number * bytes)
            : throw new UsageException($"--memory is '{size}', but must be a number with GB, GiB, MB or MiB, such as 24GB.");
    }

    // An estimate: two digits are all it has, and no exponent is wanted.
    private static string Duration(double seconds) => seconds switch
    {
        < 0.01 => "0 s",
        < 100 => string.Create(CultureInfo.InvariantCulture, $"{seconds:G2} s"),
        < 2 * 3600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:N0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:N0} h"),
    };

    private static string Size(long bytes) => bytes >= 1e9 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:F2} GB") : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F0} MB");
}
