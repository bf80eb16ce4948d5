using System.Text.Json.Nodes;
using Plumbline.Engine.Segments;
using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Training.Grpo;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Tests.Grpo;
using Plumbline.Training.Tests.Rewards;
using TorchSharp;

namespace Plumbline.Training.Tests.Policies;

/// <summary>What a run exports is the policy it trained, in the form of the folder it began with.</summary>
public sealed class ExportTests
{
    private const double Tolerance = 1e-5;
    private static readonly AdapterOptions Adapter = new() { R = 4, LoraAlpha = 8, LoraDropout = 0.1, TargetModules = ["q_proj", "down_proj"] };

    [Fact]
    public async Task Export_OfAnAdapter_ReloadsAsThePolicy()
    {
        using var scope = torch.NewDisposeScope();
        using var workshop = new GrpoWorkshop();
        Policy policy = await Trained(workshop, workshop.Recipe() with { Adapter = Adapter });
        policy.Export(workshop["final"]);
        using CheckpointFolder folder = CheckpointFolder.Open(workshop["base"]);
        using DecoderModel model = DecoderModel.Load(folder);
        using TokenRows rows = Rows();
        using TokenLogProbs untrained = TokenLogProbs.Forward(model, rows);
        using LoraAdapter adapter = LoraAdapter.Load(model, workshop["final"]);
        model.Activate(adapter);
        using TokenLogProbs reloaded = TokenLogProbs.Forward(model, rows);
        policy.Adapter!.ApplyDropout(false);
        using TokenLogProbs expected = policy.Forward(rows);
        Assert.InRange(Gap(expected, reloaded), 0, Tolerance);
        Assert.True(Gap(expected, untrained) > 100 * Tolerance, "the adapter must matter");
    }

    // PEFT: one pair a target, A (r, in), B (out, r); the config names type, base and task.
    [Fact]
    public async Task Export_OfAnAdapter_HasPeftsForm()
    {
        using var workshop = new GrpoWorkshop();
        (await Trained(workshop, workshop.Recipe() with { Adapter = Adapter })).Export(workshop["final"]);
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(workshop["final"], "adapter_model.safetensors"));
        string[] expected =
        [
            .. from layer in new[] { 0, 1 }
               from module in new[] { "mlp.down_proj", "self_attn.q_proj" }
               from matrix in new[] { "lora_A", "lora_B" }
               let shape = (module, matrix) switch { (_, "lora_B") => "16, 4", ("mlp.down_proj", _) => "4, 32", _ => "4, 16" }
               select $"base_model.model.model.layers.{layer}.{module}.{matrix}.weight [{shape}] Float32",
        ];
        Assert.Equal(expected, Described(file.Entries.Values));
        JsonObject config = JsonNode.Parse(File.ReadAllText(Path.Combine(workshop["final"], "adapter_config.json")))!.AsObject();
        Assert.Equal("LORA", (string?)config["peft_type"]);
        Assert.Equal("CAUSAL_LM", (string?)config["task_type"]);
        Assert.Equal(workshop["base"], (string?)config["base_model_name_or_path"]);
        Assert.Equal(4, (int?)config["r"]);
        Assert.Equal(8.0, (double?)config["lora_alpha"]);
    }

    [Theory, InlineData(true, "float32"), InlineData(false, "float32"), InlineData(true, "bfloat16")]
    public async Task Export_OfAModel_ReloadsAsThePolicy_InTheFormOfItsBase(bool tied, string dtype)
    {
        using var scope = torch.NewDisposeScope();
        using var workshop = new GrpoWorkshop();
        GrpoRecipe recipe = workshop.Recipe() with { Model = TinyPolicy.Write(workshop["other"], tied, dtype) };
        Policy policy = await Trained(workshop, recipe);
        policy.Export(workshop["final"]);
        using CheckpointFolder start = CheckpointFolder.Open(recipe.Model), end = CheckpointFolder.Open(workshop["final"]);
        Assert.Equal(Described(start.Names.Select(start.Entry)), Described(end.Names.Select(end.Entry)));
        Assert.True(JsonNode.DeepEquals(start.RawConfig, end.RawConfig), $"{start.RawConfig} became {end.RawConfig}");
        Assert.Equal(!tied, end.Contains("lm_head.weight"));
        using DecoderModel model = DecoderModel.Load(end), untrained = DecoderModel.Load(start);
        using TokenRows rows = Rows();
        using TokenLogProbs expected = policy.Forward(rows), reloaded = TokenLogProbs.Forward(model, rows), before = TokenLogProbs.Forward(untrained, rows);
        double tolerance = dtype == "float32" ? Tolerance : 0.05; // bfloat16 keeps 8 bits of each weight
        Assert.InRange(Gap(expected, reloaded), 0, tolerance);
        Assert.True(Gap(expected, before) > 2 * tolerance, "training must matter");
    }

    private static async Task<Policy> Trained(GrpoWorkshop workshop, GrpoRecipe recipe)
    {
        (GrpoTrainer trainer, Policy policy) = workshop.Trainer(recipe, Rule.EarlyLetter());
        await GrpoWorkshop.Steps(trainer, 4);
        return policy;
    }

    private static TokenRows Rows() => TokenRows.Pack([[97, 98], [99]], [[100, 101, 102], [103, TinyPolicy.Eos]]);

    private static double Gap(TokenLogProbs one, TokenLogProbs other) => (one.LogProbs - other.LogProbs).abs().max().ToDouble();

    private static string[] Described(IEnumerable<SafetensorsEntry> entries) =>
        [.. entries.Select(e => $"{e.Name} [{string.Join(", ", e.Shape)}] {e.Type}").Order(StringComparer.Ordinal)];
}
