using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints.Families;

/// <summary>What sets one family of checkpoints apart: its names, its defaults, its mechanisms, and the keys that only it has.</summary>
internal interface IModelFamily
{
    /// <summary>The family as config.json spells it in <c>model_type</c>.</summary>
    string ModelType { get; }

    /// <summary>The classes that can be read, that of a language model first.</summary>
    IReadOnlyList<string> Architectures { get; }

    /// <summary>Its spelling of the shared keys, and what it assumes without them.</summary>
    FamilyDefaults Defaults { get; }

    /// <summary>Its names of modules.</summary>
    ModuleNames Names => ModuleNames.Usual;

    /// <summary>Gives sizes alone the mechanisms that every model of the family has, with the usual values of those that differ between models.</summary>
    /// <exception cref="CheckpointException">The family cannot have these sizes.</exception>
    ModelConfig Shape(ModelConfig sizes) => sizes;

    /// <summary>Reads the configuration; faults go to <paramref name="fields"/>.</summary>
    ModelConfig Read(ConfigFields fields, string architecture);

    /// <summary>Adds the family's own keys, in the spelling of transformers 5, to those that all share.</summary>
    void Write(ModelConfig config, JsonObject json);
}
