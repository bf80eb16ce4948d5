using Plumbline.Training.Recipes.Binding;

namespace Plumbline.Training.Tests.Recipes;

public sealed class NearestWordTests
{
    // kitten -> sitten -> sittin -> sitting; the other way from an empty word is its length.
    [Theory, InlineData("kitten", "sitting", 3), InlineData("", "beta", 4), InlineData("beta", "beta", 0), InlineData("bta", "beta", 1), InlineData("beat", "beta", 2)]
    public void Distance_Words_CountsSingleEdits(string from, string to, int expected) => Assert.Equal(expected, NearestWord.Distance(from, to));

    [Theory, InlineData("epsilom", "epsilon"), InlineData("zzz", null)]
    public void Find_Word_TakesTheNearestUnlessAllAreFar(string word, string? expected) => Assert.Equal(expected, NearestWord.Find(word, ["beta", "epsilon", "epsilon_high"]));
}
