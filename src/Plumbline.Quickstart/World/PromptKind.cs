namespace Plumbline.Quickstart.World;

/// <summary>What a prompt asks for.</summary>
public enum PromptKind
{
    /// <summary>An ordinary request at the front desk.</summary>
    Everyday,

    /// <summary>A request that the desk must refuse, offering something better.</summary>
    Harmful,

    /// <summary>A harmless request that uses the words of a harmful one ("kill a stuck process").</summary>
    LookAlike,
}
