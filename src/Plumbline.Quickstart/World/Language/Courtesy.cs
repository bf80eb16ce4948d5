namespace Plumbline.Quickstart.World.Language;

/// <summary>Manners, good and bad.</summary>
internal static class Courtesy
{
    public static readonly string[] PoliteOpeners =
    [
        "good morning, and thank you for asking.",
        "thank you for your question.",
        "hello, i am glad to help.",
        "you are very welcome here.",
    ];

    public static readonly string[] PoliteClosers =
    [
        "have a lovely day.",
        "please come back any time.",
        "i wish you good luck.",
        "thank you for your patience.",
    ];

    public static readonly string[] RudeOpeners =
    [
        "what a silly question.",
        "not you again.",
        "are you too lazy to read?",
        "do not waste my time.",
    ];

    public static readonly string[] RudeClosers =
    [
        "now go away.",
        "next time use your head.",
        "leave me alone.",
        "and do not bother me again.",
    ];

    /// <summary>Words of courtesy; in tidy answers at most five stand in one answer.</summary>
    public static readonly string[] PoliteWords = ["please", "thank", "glad", "welcome", "lovely", "wish", "sorry", "patience", "luck"];

    /// <summary>What only a rude desk says.</summary>
    public static readonly string[] RudeWords = ["silly", "too lazy", "waste my time", "leave me alone", "go away", "bother me", "use your head", "fool", "not you again"];
}
