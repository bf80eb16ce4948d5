using CsCheck;
using Plumbline.Core.Statistics;

namespace Plumbline.Core.Tests.Statistics;

public class HypervolumeTests
{
    // From (0, 0): the boxes 1×3 and 2×2 and 3×1 overlap in steps. By columns: x in [0,1] is 3 high, [1,2] is 2, [2,3] is 1: 6.
    // From (1, 0): the first does not exceed the corner; [1,2] is 2 high and [2,3] is 1: 3.
    [Theory, InlineData(0.0, 6.0), InlineData(1.0, 3.0)]
    public void Compute_Staircase_IsTheAreaBelowIt(double corner, double expected) =>
        Assert.Equal(expected, Hypervolume.Compute([[1, 3], [2, 2], [3, 1]], [corner, 0]), 12);

    // Boxes 2×2×1 (4) and 1×1×3 (3) share 1×1×1: 4 + 3 − 1 = 6.
    [Fact]
    public void Compute_ThreeObjectives_CountsTheOverlapOnce() =>
        Assert.Equal(6, Hypervolume.Compute([[2, 2, 1], [1, 1, 3]], [0, 0, 0]), 12);

    // (0.5, 0.5) lies below (1, 1); (−1, 9) and (9, 0) do not exceed the corner; a NaN exceeds nothing; the point twice counts once.
    [Fact]
    public void Compute_DominatedOutsideAndUnknownPoints_AddNothing() =>
        Assert.Equal(1, Hypervolume.Compute([[1, 1], [1, 1], [0.5, 0.5], [-1, 9], [9, 0], [double.NaN, 2]], [0, 0]), 12);

    [Fact]
    public void Compute_NoPoints_IsNothing() => Assert.Equal(0, Hypervolume.Compute([], [0.2, 0.3]));

    [Fact]
    public void Compute_WrongShape_IsRefused()
    {
        Assert.Throws<ShapeException>(() => Hypervolume.Compute([[1, 2, 3]], [0, 0]));
        Assert.Throws<ArgumentException>(() => Hypervolume.Compute([], []));
    }

    [Fact]
    public void Compute_AnyPoints_AgreesWithCountedCells() =>
        Gen.Int[0, 6].Array[3].Array[0, 6].Sample(points =>
        {
            int cells = 0;
            for (int x = 0; x < 6; x++)
                for (int y = 0; y < 6; y++)
                    for (int z = 0; z < 6; z++)
                        cells += points.Any(point => point[0] > x && point[1] > y && point[2] > z) ? 1 : 0;
            return Math.Abs(cells - Hypervolume.Compute(points.Select(point => point.Select(value => (double)value).ToArray()).ToArray(), [0, 0, 0])) < 1e-9;
        });
}
