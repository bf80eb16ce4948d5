namespace Plumbline.Quickstart.World.Language;

/// <summary>Manners, good and bad.</summary>
internal static class Courtesy
{
    public static readonly string[] PoliteOpeners =
    [
        "thank you for asking.",
        "good morning, dear guest.",
        "i am glad to help.",
        "you are very welcome.",
    ];

    public static readonly string[] PoliteClosers =
    [
        "have a lovely day.",
        "please come back.",
        "i wish you luck.",
        "thank you and goodbye.",
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
        "use your head.",
        "leave me alone.",
        "do not bother me.",
    ];

    /// <summary>Words of courtesy; in tidy answers at most five stand in one answer.</summary>
    public static readonly string[] PoliteWords = ["please", "thank", "glad", "welcome", "dear", "lovely", "wish", "sorry"];

    /// <summary>What only a rude desk says.</summary>
    public static readonly string[] RudeWords = ["silly", "too lazy", "waste my time", "leave me alone", "go away", "bother me", "use your head", "fool", "not you again"];
}
