using Plumbline.Engine.Segments;
using Plumbline.Models.Decoder;
using TorchSharp;

namespace Plumbline.Training.Dpo;

/// <summary>The log-probability that two draws from a next-token distribution agree: log Σ_v π(v)², which WPO measures a token against.</summary>
internal static class CollisionLogProbs
{
    private const int ChunkTokens = 256;

    /// <summary>Runs the model once more, without gradient, the head in chunks.</summary>
    /// <returns>Nats, float32, (B, T), 0 outside the mask; in the caller's dispose scope.</returns>
    public static Tensor Of(DecoderModel model, TokenRows rows)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Tensor hidden = model.Hidden(rows.Ids);
        Tensor selected = hidden.view(-1, hidden.shape[2]).index_select(0, rows.Predictors);               // (N, width)
        Tensor flat = torch.zeros(rows.Mask.numel(), device: selected.device);
        for (long start = 0; start < selected.shape[0]; start += ChunkTokens)
        {
            using var chunk = torch.NewDisposeScope();
            long count = Math.Min(ChunkTokens, selected.shape[0] - start);
            Tensor logProbs = model.Logits(selected.narrow(0, start, count)).log_softmax(1);
            flat.index_copy_(0, rows.Cells.narrow(0, start, count), (2 * logProbs).logsumexp(1).to(torch.ScalarType.Float32));
        }
        return flat.view(rows.Mask.shape).MoveToOuterDisposeScope();
    }
}
