using TorchSharp;

namespace Plumbline.Engine.Sampling;

/// <summary>Draws one token for every row at once from a (rows, V) matrix of logits.</summary>
public static class TokenSampler
{
    /// <summary>Draws by inverting each row's cumulative distribution at its own uniform number.</summary>
    /// <param name="logits">float, (rows, V); not changed.</param>
    /// <param name="uniforms">One number in [0, 1) a row.</param>
    /// <param name="seen">True for tokens already in the row, bool, (rows, V); null without repetition penalty.</param>
    /// <param name="options">How to draw.</param>
    /// <returns>
    /// Ids, int64, (rows), and their log-probabilities in nats, float32, (rows): those of softmax(logits / temperature) over the whole
    /// vocabulary (temperature 1 where it is 0), before any filter, as the trainers compute them.
    /// </returns>
    public static (Tensor Ids, Tensor LogProbs) Sample(Tensor logits, double[] uniforms, Tensor? seen, SamplingOptions options)
    {
        using var scope = torch.NewDisposeScope();
        Tensor tempered = options.Temperature is > 0 and not 1.0 ? logits / options.Temperature : logits;
        Tensor logProbs = torch.nn.functional.log_softmax(tempered, -1);
        Tensor ids = options.Temperature > 0
            ? Draw(Filter(Penalise(logits, seen, options) / options.Temperature, options), uniforms)
            : Penalise(logits, seen, options).argmax(-1);
        return (ids.MoveToOuterDisposeScope(), logProbs.gather(1, ids.unsqueeze(1)).squeeze(1).MoveToOuterDisposeScope());
    }

    /// <summary>CTRL's penalty (Keskar et al. 2019, arXiv:1909.05858): seen tokens' logits shrink when positive and grow more negative when not.</summary>
    internal static Tensor Penalise(Tensor logits, Tensor? seen, SamplingOptions options)
    {
        if (seen is null || options.RepetitionPenalty == 1.0)
            return logits;
        Tensor penalised = torch.where(logits.gt(0), logits / options.RepetitionPenalty, logits * options.RepetitionPenalty);
        return torch.where(seen, penalised, logits);
    }

    /// <summary>Sets the logits of tokens that top-k, top-p or min-p leave out to −∞, in that order, each on what the one before kept.</summary>
    internal static Tensor Filter(Tensor logits, SamplingOptions options)
    {
        if (options.TopK > 0 && options.TopK < logits.shape[1])
        {
            Tensor smallest = logits.topk(options.TopK, -1).values.narrow(1, options.TopK - 1, 1);
            logits = logits.masked_fill(logits.lt(smallest), double.NegativeInfinity);
        }
        if (options.TopP < 1.0)
        {
            (Tensor sorted, Tensor order) = logits.sort(-1, descending: true);
            Tensor probabilities = torch.nn.functional.softmax(sorted, -1);
            // A token stays while the mass before it has not yet reached p; the first always does.
            Tensor before = probabilities.cumsum(-1) - probabilities;
            Tensor dropped = before.ge(options.TopP);
            dropped.narrow(1, 0, 1).zero_();
            logits = logits.masked_fill(torch.zeros_like(dropped).scatter_(1, order, dropped), double.NegativeInfinity);
        }
        if (options.MinP > 0)
        {
            Tensor floor = logits.amax([-1L], keepdim: true) + Math.Log(options.MinP);
            logits = logits.masked_fill(logits.lt(floor), double.NegativeInfinity);
        }
        return logits;
    }

    private static Tensor Draw(Tensor logits, double[] uniforms)
    {
        Tensor cumulative = torch.nn.functional.softmax(logits, -1).to(torch.ScalarType.Float64).cumsum(-1);  // (rows, V)
        Tensor total = cumulative.narrow(1, cumulative.shape[1] - 1, 1);
        Tensor threshold = torch.tensor(uniforms, device: logits.device).unsqueeze(1) * total;
        // The first place whose cumulative mass exceeds the threshold: a token of zero mass can never be it.
        return cumulative.le(threshold).sum(-1, type: torch.ScalarType.Int64).clamp_max(logits.shape[1] - 1);
    }
}
