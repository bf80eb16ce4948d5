using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>RMSNorm as one node of the graph, by <see cref="RmsNormKernel"/>. Only its input is kept; as single operations autograd keeps the scaled input too.</summary>
internal sealed class RmsNormFunction : torch.autograd.SingleTensorFunction<RmsNormFunction>
{
    private const string Epsilon = "epsilon";

    public override string Name => nameof(RmsNormFunction);

    /// <summary>The norm of x, (..., width), in its shape.</summary>
    public static Tensor Run(Tensor x, Tensor weight, double epsilon)
    {
        using var scope = torch.NewDisposeScope(); // apply leaves tensors behind: the result's first owner, and an empty one of its size
        return apply(x, weight, epsilon).MoveToOuterDisposeScope();
    }

    /// <summary>Takes x (..., width), weight (width), ε.</summary>
    public override Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        (Tensor x, Tensor weight, double epsilon) = ((Tensor)vars[0], (Tensor)vars[1], (double)vars[2]);
        ctx.save_for_backward([x, weight]);
        ctx.save_data(Epsilon, epsilon);
        return RmsNormKernel.Forward(x, weight, epsilon);
    }

    /// <summary>Gives the gradients of x and weight.</summary>
    public override List<Tensor> backward(torch.autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = torch.NewDisposeScope();
        List<Tensor> saved = ctx.get_saved_variables();
        (Tensor ofInput, Tensor? ofWeight) = RmsNormKernel.Backward(
            saved[0], saved[1], (double)ctx.get_data(Epsilon), grad_output.contiguous(), saved[1].requires_grad);
        return [ofInput.MoveToOuterDisposeScope(), ofWeight?.MoveToOuterDisposeScope()!, null!];
    }
}
