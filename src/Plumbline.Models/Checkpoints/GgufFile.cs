using Plumbline.Models.Decoder;
using Plumbline.Models.Tokens;

namespace Plumbline.Models.Checkpoints;

/// <summary>Writes models as GGUF, the single file that llama.cpp and what is built on it load: weights, shape and tokenizer.</summary>
/// <remarks>
/// Source: the GGUF specification, version 3. Llama and Mistral become the architecture <c>llama</c>, whose queries and keys are rotated
/// in neighbouring pairs, so their rows are reordered; Qwen2 and Qwen3 keep theirs.
/// </remarks>
public static class GgufFile
{
    private const int Version = 3, Alignment = 32;
    private const uint QuantizationVersion = 2;

    /// <summary>Writes a language model; the file appears whole or not at all.</summary>
    /// <param name="path">The file; an old one is replaced at the end.</param>
    /// <param name="config">The shape.</param>
    /// <param name="weight">Gives the weight of a checkpoint's name, of any floating type; called once for each in turn, and the tensor is disposed.</param>
    /// <param name="tokenizer">Its vocabulary goes into the file.</param>
    /// <param name="type">How matrices are stored.</param>
    /// <param name="name">The model's name, for display.</param>
    /// <exception cref="CheckpointException">
    /// The model is a classifier, or has a mechanism that GGUF readers would pass over; its tokenizer cannot be expressed; the disk is full.
    /// </exception>
    public static void Write(string path, ModelConfig config, Func<string, Tensor> weight, Tokenizer tokenizer, GgufType type, string name)
    {
        ArgumentNullException.ThrowIfNull(weight);
        Require(config, tokenizer);
        bool neighbours = config.ModelType is "llama" or "mistral";
        GgufTensor[] tensors = [.. GgufTensor.Of(config, type, neighbours)];
        float[]? factors = config.Rope.RopeType == "llama3" ? Llama3Factors(config) : null;
        using var metadata = new GgufMetadata();
        AddShape(metadata, config, neighbours ? "llama" : config.ModelType, type, name);
        GgufTokens.Add(metadata, tokenizer, config);
        byte[] header = Header(metadata, tensors, factors);
        using var staged = new StagedFiles();
        staged.Add(path, 0, stream =>
        {
            stream.Write(header);
            foreach (GgufTensor tensor in tensors)
            {
                using Tensor data = weight(tensor.Source);
                tensor.Write(stream, data);
                Pad(stream, tensor.Bytes);
            }
            if (factors is not null)
                stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(factors));
        });
        staged.Commit();
    }

    private static void Require(ModelConfig config, Tokenizer tokenizer)
    {
        if (config.IsSequenceClassification)
            throw new CheckpointException($"{config.Architecture} scores, it does not write, and GGUF readers would not know its head. Export a ...ForCausalLM folder.");
        if (config.ModelType is not ("llama" or "mistral" or "qwen2" or "qwen3"))
            throw new CheckpointException($"Models of the family {config.ModelType} cannot be written as GGUF. Known are llama, mistral, qwen2 and qwen3; export with --format hf.");
        if (config.Variant != DecoderVariant.Plain)
            throw new CheckpointException($"A {config.ModelType} with the activation {config.Variant.HiddenAct} cannot be said in GGUF: readers would take SiLU and give other tokens. Export with --format hf.");
        if (config.SlidingWindow < config.MaxPositionEmbeddings && config.SlidingLayers.Any(slides => slides))
            throw new CheckpointException(
                $"Some layers attend to the last {config.SlidingWindow} tokens only, which the GGUF architecture of {config.ModelType} cannot say: beyond them the file would give other tokens. Export with --format hf.");
        RopeConfig rope = config.Rope;
        if (rope.RopeType == "yarn" && rope is not { BetaFast: 32, BetaSlow: 1, AttentionFactor: null, Mscale: null, MscaleAllDim: null, Truncate: true })
            throw new CheckpointException("The rope scaling yarn has parameters of its own (beta_fast, beta_slow, attention_factor, mscale, truncate), which GGUF readers would replace by their defaults. Export with --format hf.");
        if (rope.RopeType == "llama3" && config.ModelType is not ("llama" or "mistral"))
            throw new CheckpointException($"The rope scaling llama3 is known to GGUF readers in Llama's architecture only, not in {config.ModelType}'s. Export with --format hf.");
        tokenizer.RequireFits(config.VocabSize);
    }

    private static void AddShape(GgufMetadata metadata, ModelConfig config, string architecture, GgufType type, string name)
    {
        metadata.Add("general.architecture", architecture);
        metadata.Add("general.name", name);
        metadata.Add("general.file_type", type switch { GgufType.F32 => 0u, GgufType.F16 => 1u, _ => 7u });
        metadata.Add("general.quantization_version", QuantizationVersion);
        void Size(string key, int value) => metadata.Add($"{architecture}.{key}", (uint)value);
        Size("vocab_size", config.VocabSize);
        Size("context_length", config.MaxPositionEmbeddings);
        Size("embedding_length", config.HiddenSize);
        Size("block_count", config.NumHiddenLayers);
        Size("feed_forward_length", config.IntermediateSize);
        Size("attention.head_count", config.NumAttentionHeads);
        Size("attention.head_count_kv", config.NumKeyValueHeads);
        Size("attention.key_length", config.HeadDim);
        Size("attention.value_length", config.HeadDim);
        Size("rope.dimension_count", config.HeadDim);
        metadata.Add($"{architecture}.attention.layer_norm_rms_epsilon", (float)config.RmsNormEps);
        metadata.Add($"{architecture}.rope.freq_base", (float)config.Rope.Theta);
        if (config.Rope.RopeType is "linear" or "yarn")
        {
            metadata.Add($"{architecture}.rope.scaling.type", config.Rope.RopeType);
            metadata.Add($"{architecture}.rope.scaling.factor", (float)config.Rope.Factor);
            if (config.Rope.RopeType == "yarn")
                Size("rope.scaling.original_context_length", config.Rope.OriginalMaxPositionEmbeddings > 0 ? config.Rope.OriginalMaxPositionEmbeddings : config.MaxPositionEmbeddings);
        }
    }

    // Readers divide each frequency by its factor.
    private static float[] Llama3Factors(ModelConfig config)
    {
        double[] scaled = RopeFrequencies.Inverse(config.Rope, config.HeadDim, config.MaxPositionEmbeddings);
        double[] plain = RopeFrequencies.Inverse(config.Rope with { RopeType = "default" }, config.HeadDim, config.MaxPositionEmbeddings);
        return [.. plain.Zip(scaled, (p, s) => (float)(p / s))];
    }

    private static byte[] Header(GgufMetadata metadata, GgufTensor[] tensors, float[]? factors)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write("GGUF"u8);
        writer.Write(Version);
        writer.Write((ulong)(tensors.Length + (factors is null ? 0 : 1)));
        writer.Write(metadata.Count);
        writer.Write(metadata.ToArray());
        long offset = 0;
        void Place(string name, long[] shape, GgufType type, long size)
        {
            GgufMetadata.Write(writer, name);
            writer.Write(shape.Length);
            foreach (long dimension in Enumerable.Reverse(shape))
                writer.Write((ulong)dimension);
            writer.Write((uint)type);
            writer.Write((ulong)offset);
            offset = (offset + size + Alignment - 1) / Alignment * Alignment;
        }
        foreach (GgufTensor tensor in tensors)
            Place(tensor.Name, tensor.Shape, tensor.Type, tensor.Bytes);
        if (factors is not null)
            Place("rope_freqs.weight", [factors.Length], GgufType.F32, 4L * factors.Length);
        writer.Flush();
        Pad(bytes, bytes.Length);
        return bytes.ToArray();
    }

    private static void Pad(Stream stream, long written)
    {
        while (written++ % Alignment != 0)
            stream.WriteByte(0);
    }
}
