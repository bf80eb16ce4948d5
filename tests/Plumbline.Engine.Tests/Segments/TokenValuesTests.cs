using Plumbline.Engine.Segments;
using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Heads;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Engine.Tests.Segments;

/// <summary>Values of states against the hidden states read one by one, and their gradients against plain autograd.</summary>
public sealed class TokenValuesTests
{
    private static readonly int[][] Prompts = [[1, 2, 3], [4], [5, 6]];
    private static readonly int[][] Completions = [[7, 8], [9, 10, 11, 12], []];

    // Row 0: the state before token 7 is at the prompt's last place 2, that before 8 at 3, that after 8 at 4. Row 2 has no tokens and no states.
    private static readonly (int Row, int Column, int Place)[] States =
        [(0, 0, 2), (0, 1, 3), (0, 2, 4), (1, 0, 0), (1, 1, 1), (1, 2, 2), (1, 3, 3), (1, 4, 4)];

    [Fact]
    public void Values_AreReadOneStepBeforeEachTokenAndAfterTheLast()
    {
        using var scope = torch.NewDisposeScope();
        using DecoderModel model = TinyModels.Qwen2();
        using ValueHead head = Head();
        using TokenRows rows = TokenRows.Pack(Prompts, Completions);
        using TokenValues values = TokenValues.Forward(model, head, rows);
        using var noGradient = torch.no_grad();
        Tensor expected = torch.zeros(3, 5);
        foreach ((int row, int column, int place) in States)
        {
            long[] ids = [.. Prompts[row].Concat(Completions[row]).Select(id => (long)id)];
            Tensor hidden = model.Hidden(torch.tensor(ids).unsqueeze(0))[0, place];
            expected[row, column] = hidden.dot(head.Weight[0]);
        }
        Assert.InRange((expected - values.Values).abs().max().ToDouble(), 0, 1e-5);
        Assert.Equal(States.Length, values.Values.ne(0).sum().ToInt64());
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Backward_GivesAutogradsGradientsAndLeavesAFrozenBaseWithoutAny(bool lora)
    {
        using var scope = torch.NewDisposeScope();
        using DecoderModel model = TinyModels.Qwen2();
        using ValueHead head = Head();
        using LoraAdapter adapter = LoraAdapter.Create(model, new AdapterConfig { R = 2, LoraAlpha = 4, TargetModules = ["all-linear"] }, seed: 3);
        model.RequireGradients(!lora);
        adapter.Train(lora);
        model.Activate(lora ? adapter : null);
        KeyValuePair<string, Tensor>[] trained = [.. lora ? adapter.NamedParameters() : model.NamedParameters(), .. head.NamedParameters()];
        using TokenRows rows = TokenRows.Pack(Prompts, Completions);
        Tensor upstream = torch.linspace(-1, 2, 15).view(3, 5);

        Tensor hidden = model.Hidden(rows.Ids);
        Tensor loss = torch.zeros(1);
        foreach ((int row, int column, int place) in States)
            loss = loss + upstream[row, column] * hidden[row, place].dot(head.Weight[0]);
        loss.sum().backward();
        Dictionary<string, Tensor> expected = trained.ToDictionary(p => p.Key, p => p.Value.grad!.clone());
        foreach (KeyValuePair<string, Tensor> parameter in trained)
            parameter.Value.grad!.zero_();

        using TokenValues values = TokenValues.Forward(model, head, rows, training: true);
        (values.Values * upstream).sum().backward();
        values.Backward(values.Values.grad!);
        foreach (KeyValuePair<string, Tensor> parameter in trained)
            Assert.InRange((parameter.Value.grad! - expected[parameter.Key]).abs().max().ToDouble(), 0, 1e-4);
        Assert.True(head.Weight.grad!.abs().sum().ToDouble() > 0.1);
        if (lora)
            Assert.All(model.NamedParameters(), p => Assert.Null(p.Value.grad));
    }

    [Fact]
    public void Head_Fresh_ValuesEveryStateAtZero()
    {
        using var scope = torch.NewDisposeScope();
        using DecoderModel model = TinyModels.Qwen2();
        using ValueHead head = ValueHead.Create(model.Config.HiddenSize);
        using TokenRows rows = TokenRows.Pack(Prompts, Completions);
        using TokenValues values = TokenValues.Forward(model, head, rows);
        Assert.Equal(0, values.Values.abs().sum().ToDouble());
        Assert.False(values.Values.requires_grad);
    }

    private static ValueHead Head()
    {
        ValueHead head = ValueHead.Create(16);
        using var noGradient = torch.no_grad();
        using Tensor weight = torch.linspace(-0.7, 1.1, 16);
        head.Weight.copy_(weight.unsqueeze(0));
        return head;
    }
}
