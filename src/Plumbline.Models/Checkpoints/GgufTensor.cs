using TorchSharp;

namespace Plumbline.Models.Checkpoints;

/// <summary>A weight under its GGUF name.</summary>
/// <param name="Name">Its name in GGUF.</param>
/// <param name="Source">Its name in Hugging Face's checkpoints.</param>
/// <param name="Shape">As in the checkpoint; GGUF lists dimensions the other way round.</param>
/// <param name="Type">How it is stored.</param>
/// <param name="Heads">Heads whose rows are reordered for rotation of neighbouring pairs; 0 leaves the rows alone.</param>
internal sealed record GgufTensor(string Name, string Source, long[] Shape, GgufType Type, int Heads)
{
    private static readonly Dictionary<string, string> OfModel = new()
    {
        ["model.embed_tokens"] = "token_embd",
        ["model.norm"] = "output_norm",
        ["lm_head"] = "output",
    };

    private static readonly Dictionary<string, string> OfLayer = new()
    {
        ["input_layernorm"] = "attn_norm",
        ["post_attention_layernorm"] = "ffn_norm",
        ["self_attn.q_norm"] = "attn_q_norm",
        ["self_attn.k_norm"] = "attn_k_norm",
        ["self_attn.q_proj"] = "attn_q",
        ["self_attn.k_proj"] = "attn_k",
        ["self_attn.v_proj"] = "attn_v",
        ["self_attn.o_proj"] = "attn_output",
        ["mlp.gate_proj"] = "ffn_gate",
        ["mlp.up_proj"] = "ffn_up",
        ["mlp.down_proj"] = "ffn_down",
    };

    /// <summary>Bytes in the file.</summary>
    public long Bytes => Type switch
    {
        GgufType.F32 => 4 * Elements,
        GgufType.F16 => 2 * Elements,
        _ => Elements / GgufBlocks.Elements * GgufBlocks.Bytes,
    };

    private long Elements => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Every weight of a configuration, in the checkpoint's order.</summary>
    /// <param name="config">A language model.</param>
    /// <param name="type">How matrices are stored.</param>
    /// <param name="neighbours">Whether the format rotates neighbouring pairs of a head (llama), where checkpoints rotate halves.</param>
    public static IEnumerable<GgufTensor> Of(ModelConfig config, GgufType type, bool neighbours)
    {
        foreach (FreshWeight weight in FreshWeight.Of(config))
        {
            int dot = weight.Name.LastIndexOf('.');
            string module = weight.Name[..dot], kind = weight.Name[dot..], name = OfModel.GetValueOrDefault(module, "");
            if (name.Length == 0)
            {
                string[] parts = module.Split('.', 4); // model, layers, N, and the module
                name = $"blk.{parts[2]}.{OfLayer[parts[3]]}";
            }
            int heads = !neighbours ? 0
                : module.EndsWith("q_proj", StringComparison.Ordinal) ? config.NumAttentionHeads
                : module.EndsWith("k_proj", StringComparison.Ordinal) ? config.NumKeyValueHeads : 0;
            GgufType stored = weight.Shape.Length == 1 ? GgufType.F32
                : type == GgufType.Q8 && weight.Shape[^1] % GgufBlocks.Elements != 0 ? GgufType.F16 : type;
            yield return new GgufTensor(name + kind, weight.Name, weight.Shape, stored, heads);
        }
    }

    /// <summary>Writes the data.</summary>
    /// <param name="stream">Receives <see cref="Bytes"/> bytes.</param>
    /// <param name="weight">The checkpoint's tensor, of any floating type and device.</param>
    /// <exception cref="CheckpointException">The shape is not the configuration's, or a value does not fit float16.</exception>
    public void Write(Stream stream, Tensor weight)
    {
        if (!weight.shape.SequenceEqual(Shape))
            throw new CheckpointException($"Tensor {Source} has shape [{string.Join(", ", weight.shape)}], but config.json implies [{string.Join(", ", Shape)}]. The weights and the configuration are of different models.");
        using var scope = torch.NewDisposeScope();
        Tensor data = weight.detach().cpu().to_type(torch.ScalarType.Float32);
        if (Heads > 0)
            data = Interleave(data, Heads);
        data = data.contiguous();
        if (Type == GgufType.Q8)
        {
            TensorBytes.ForEachChunk(data, (bytes, _) => stream.Write(GgufBlocks.Quantize(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes))));
            return;
        }
        if (Type == GgufType.F16)
        {
            if (data.abs().max().item<float>() > (float)Half.MaxValue)
                throw new CheckpointException($"Tensor {Source} holds a value beyond ±65504, which float16 cannot. Export with --type f32 or q8_0.");
            data = data.to_type(torch.ScalarType.Float16);
        }
        TensorBytes.ForEachChunk(data, (bytes, _) => stream.Write(bytes));
    }

    /// <summary>Reorders each head's rows from (half, pair) to (pair, half): row h·D/2 + i becomes row 2i + h.</summary>
    /// <remarks>Rotating halves of the old order is then rotating neighbours of the new one, and attention, a sum over rows, is unchanged.</remarks>
    internal static Tensor Interleave(Tensor rows, int heads)
    {
        long half = rows.shape[0] / heads / 2;
        long[] split = [heads, 2, half, .. rows.shape[1..]];
        return rows.reshape(split).transpose(1, 2).reshape(rows.shape);
    }
}
