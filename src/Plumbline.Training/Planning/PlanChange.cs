using Plumbline.Engine.Segments;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Quantization;
using Plumbline.Training.Recipes;
using TorchSharp;

namespace Plumbline.Training.Planning;

/// <summary>A change of settings, and what a run would then need.</summary>
/// <param name="Settings">What to set, as <c>--set</c> takes it.</param>
/// <param name="Peak">The greatest need, in bytes.</param>
public sealed record PlanChange(string Settings, long Peak)
{
    /// <summary>The settings that make a run fit, the least of them first; or, where none does, the one that comes nearest.</summary>
    /// <param name="run">A run that does not fit.</param>
    /// <param name="available">Bytes there are.</param>
    public static IReadOnlyList<PlanChange> ThatFit(PlannedRun run, long available)
    {
        PlanChange[] all = [.. Variants(run).Select(variant => new PlanChange(variant.Settings, MemoryPlan.Of(variant.Run).Peak))];
        PlanChange[] fitting = [.. all.Where(change => change.Peak <= available)];
        return fitting.Length > 0 ? fitting : [all.MinBy(change => change.Peak)!];
    }

    private static IEnumerable<(string Settings, PlannedRun Run)> Variants(PlannedRun run)
    {
        (string Settings, PlannedRun Run)[] updates =
        [
            ("", run),
            ("training.activations=recompute", run with { Activations = new(ActivationMode.Recompute) }),
            ($"training.activations=recompute training.gradient_accumulation_steps={run.Rows}", run with { Activations = new(ActivationMode.Recompute), Pieces = run.Rows }),
        ];
        AdapterConfig fresh = new AdapterOptions().ToAdapterConfig("");
        (string Settings, PlannedRun Run)[] bases = run.Adapter is null
            ?
            [
                ($"optimizer.optim={OptimizerOptions.Packed}", run with { StateBytes = new OptimizerOptions { Optim = OptimizerOptions.Packed }.StateBytes }), ("adapter={}", run with { Adapter = fresh }),
                ("adapter={} dtype=bfloat16", Held(run with { Adapter = fresh }, torch.ScalarType.BFloat16)), ("adapter={} quantization=nf4", Quantised(run with { Adapter = fresh }, QuantizationType.Nf4)),
            ]
            : [("dtype=bfloat16", Held(run, torch.ScalarType.BFloat16)), ("quantization=int8", Quantised(run, QuantizationType.Int8)), ("quantization=nf4", Quantised(run, QuantizationType.Nf4))];
        foreach ((string update, PlannedRun changed) in updates.Skip(1))
            yield return (update, changed);
        foreach ((string held, PlannedRun based) in bases.Where(way => way.Run != run)) // a way that the run goes already is no change
            foreach ((string update, PlannedRun changed) in updates)
                yield return ($"{held} {update}".TrimEnd(), based with { Activations = changed.Activations, Pieces = changed.Pieces });
    }

    private static PlannedRun Held(PlannedRun run, torch.ScalarType type) => run with { Precision = run.Precision with { Held = type, Quantization = QuantizationType.None, Frozen = true } };

    private static PlannedRun Quantised(PlannedRun run, QuantizationType type) => run with { Precision = run.Precision with { Held = null, Quantization = type, Frozen = true } };
}
