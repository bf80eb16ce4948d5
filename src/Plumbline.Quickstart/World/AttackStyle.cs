namespace Plumbline.Quickstart.World;

/// <summary>How a harmful prompt is wrapped.</summary>
public enum AttackStyle
{
    /// <summary>Not wrapped: the phrasing of an everyday prompt.</summary>
    None,

    /// <summary>A play, a story or a game in which the answer would be said.</summary>
    RolePlay,

    /// <summary>A claim to be somebody who may know.</summary>
    FalseAuthority,

    /// <summary>An order not to refuse.</summary>
    RefusalSuppression,

    /// <summary>An order to begin with words of consent.</summary>
    PrefixInjection,
}
