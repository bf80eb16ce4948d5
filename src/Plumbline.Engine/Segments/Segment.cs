using TorchSharp;

namespace Plumbline.Engine.Segments;

/// <summary>A stretch of a forward pass whose gradient is taken by itself: its input is a leaf, its graph is kept or made again.</summary>
/// <remarks>Made again, it draws the same random numbers, and refuses weights that have changed. Owns its tensors.</remarks>
internal sealed class Segment : ISegment
{
    private readonly Func<Tensor, Tensor> _run;
    private readonly Tensor _input;
    private readonly Tensor? _output, _randomState;
    private readonly WeightGuard? _guard;

    private Segment(Func<Tensor, Tensor> run, Tensor input, bool inputGradient, Tensor? randomState, WeightGuard? guard, bool keep)
    {
        (_run, _randomState, _guard) = (run, randomState, guard);
        _input = input.detach().requires_grad_(inputGradient).DetachFromDisposeScope();
        _output = keep ? Graph().DetachFromDisposeScope() : null;
    }

    /// <summary>Runs it and keeps its graph.</summary>
    /// <param name="run">From its input to its output; reads nothing else that changes.</param>
    /// <param name="input">Any shape.</param>
    /// <param name="inputGradient">Whether <see cref="Backward"/> shall give the input's gradient.</param>
    /// <returns>The segment, and its output detached, in the caller's dispose scope.</returns>
    public static (Segment Segment, Tensor Output) Keep(Func<Tensor, Tensor> run, Tensor input, bool inputGradient)
    {
        var segment = new Segment(run, input, inputGradient, null, null, keep: true);
        return (segment, segment._output!.detach());
    }

    /// <summary>Runs it and keeps its input only. Parameters as for <see cref="Keep"/>.</summary>
    /// <param name="run">From its input to its output.</param>
    /// <param name="input">Any shape.</param>
    /// <param name="inputGradient">Whether <see cref="Backward"/> shall give the input's gradient.</param>
    /// <param name="weights">What it reads beside its input.</param>
    /// <param name="random">Whether it draws from the processor's random numbers.</param>
    public static (Segment Segment, Tensor Output) Recompute(Func<Tensor, Tensor> run, Tensor input, bool inputGradient, IEnumerable<Tensor> weights, bool random)
    {
        Tensor? state = random ? State().DetachFromDisposeScope() : null;
        var segment = new Segment(run, input, inputGradient, state, new WeightGuard(weights), keep: false);
        return (segment, Look(run, input));
    }

    /// <summary>Runs a stretch without gradients, its temporaries gone with it; the output in the caller's dispose scope.</summary>
    public static Tensor Look(Func<Tensor, Tensor> run, Tensor input)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return run(input).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor? Backward(Tensor gradient)
    {
        using var scope = torch.NewDisposeScope();
        Tensor output = _output ?? Again();
        if (output.requires_grad)
            output.backward([gradient]);
        return _input.requires_grad ? _input.grad!.MoveToOuterDisposeScope() : null;
    }

    private Tensor Graph()
    {
        using var gradients = torch.enable_grad();
        using var scope = torch.NewDisposeScope();
        return _run(_input).MoveToOuterDisposeScope();
    }

    private Tensor Again()
    {
        _guard!.Check();
        if (_randomState is null)
            return Graph();
        using Tensor now = State();
        using torch.Generator source = torch.Generator.Default;
        source.set_state(_randomState);
        try
        {
            return Graph();
        }
        finally
        {
            source.set_state(now);
        }
    }

    private static Tensor State()
    {
        using torch.Generator source = torch.Generator.Default;
        return source.get_state();
    }

    public void Dispose()
    {
        _input.Dispose();
        _output?.Dispose();
        _randomState?.Dispose();
        _guard?.Dispose();
    }
}
