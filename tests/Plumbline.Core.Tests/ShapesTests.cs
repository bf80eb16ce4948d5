using TorchSharp;

namespace Plumbline.Core.Tests;

public class ShapesTests
{
    [Fact]
    public void Require_OtherShape_NamesParameterGotAndWanted()
    {
        using var scope = torch.NewDisposeScope();
        Tensor rewards = torch.zeros(2, 3);
        var error = Assert.Throws<ShapeException>(() => Shapes.Require((2, 4), rewards));
        Assert.Equal(("rewards", "(2, 3)", "(2, 4)"), (error.ParamName, error.Got, error.Wanted));
        Assert.StartsWith("rewards has shape (2, 3), but (2, 4) is wanted.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Matrix_Matrix_GivesBothSizes_AndVectorIsRefused()
    {
        using var scope = torch.NewDisposeScope();
        Assert.Equal((2L, 3L), Shapes.Matrix(torch.zeros(2, 3)));
        Assert.Throws<ShapeException>(() => Shapes.Matrix(torch.zeros(2)));
    }

    [Fact]
    public void Require_VectorOfOtherLength_OrMatrix_IsRefused()
    {
        using var scope = torch.NewDisposeScope();
        Shapes.Require(2, torch.zeros(2));
        Assert.Throws<ShapeException>(() => Shapes.Require(3, torch.zeros(2)));
        Assert.Throws<ShapeException>(() => Shapes.Require(2, torch.zeros(2, 1)));
        Assert.Throws<ShapeException>(() => Shapes.RequireCount(2, 3, "weights"));
    }

    [Fact]
    public void RequireDtype_OtherDtype_IsRefused()
    {
        using var scope = torch.NewDisposeScope();
        Shapes.RequireBool(torch.ones(1, dtype: torch.ScalarType.Bool));
        Shapes.RequireFloat(torch.ones(1));
        Assert.Throws<ArgumentException>(() => Shapes.RequireBool(torch.ones(1)));
        Assert.Throws<ArgumentException>(() => Shapes.RequireFloat(torch.ones(1, dtype: torch.ScalarType.Int64)));
    }
}
