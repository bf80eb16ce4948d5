namespace Plumbline.Models.Hub;

/// <summary>Where the files of one repository at one commit are put. Several threads may handle different files.</summary>
internal interface ISnapshotStore
{
    /// <summary>The folder in which the files stand under their own paths.</summary>
    string Directory { get; }

    /// <summary>Whether the file stands there, whole.</summary>
    bool Holds(HubFile file);

    /// <summary>The file in which its bytes gather until they are all there; it outlives an interruption.</summary>
    string Staging(HubFile file);

    /// <summary>The file whose holder alone may write to <see cref="Staging"/>.</summary>
    string Lock(HubFile file);

    /// <summary>Puts the finished bytes in their place.</summary>
    void Take(HubFile file);

    /// <summary>Called when all files stand.</summary>
    void Complete();
}
