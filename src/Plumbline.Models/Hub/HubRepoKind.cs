namespace Plumbline.Models.Hub;

/// <summary>What a repository of the hub holds.</summary>
public enum HubRepoKind
{
    /// <summary>A model or an adapter.</summary>
    Model,

    /// <summary>A data set.</summary>
    Dataset,
}
