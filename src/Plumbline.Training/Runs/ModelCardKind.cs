namespace Plumbline.Training.Runs;

/// <summary>What the folder beside a model card holds.</summary>
public enum ModelCardKind
{
    /// <summary>A whole language model.</summary>
    CausalLanguageModel,

    /// <summary>A LoRA adapter in PEFT's format.</summary>
    Adapter,

    /// <summary>A reward model: sequence classification with one named output per objective.</summary>
    SequenceClassification,

    /// <summary>The same as an adapter with its head, in PEFT's format.</summary>
    SequenceClassificationAdapter,
}
