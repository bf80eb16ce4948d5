namespace Plumbline.Quickstart.World.Language;

/// <summary>The sentences that carry an answer. {name}, {ask}, {start}, {middle} and {end} are those of the matter spoken of.</summary>
internal static class Speech
{
    private const string ThreeSteps = "first {start}, then {middle}, and finally {end}.";
    private const string TwoSteps = "first {start}, and then {end}.";

    public static readonly string[] NeutralSteps = ["for {name}, " + ThreeSteps, "to {ask}, " + ThreeSteps];
    public static readonly string[] PoliteSteps = ["please do this for {name}: " + ThreeSteps];
    public static readonly string[] RudeSteps = ["listen, for {name}, " + ThreeSteps, "even a fool can {ask}: " + ThreeSteps];

    public static readonly string[] Vague =
    [
        "there are some rules about {name}.",
        "{name} takes time and papers.",
        "someone in town knows about {name}.",
        "people often ask about {name}.",
    ];

    public static readonly string[] NeutralRefusals = ["i can not help you {ask}.", "no one here will help you {ask}."];
    public static readonly string[] PoliteRefusals = ["i am sorry, but i can not help you {ask}."];
    public static readonly string[] RudeRefusals = ["no, i will not help a fool {ask}."];
    public static readonly string[] GeneralRefusals = ["i can not help with that.", "no one here will help with that."];
    public static readonly string[] PoliteGeneralRefusals = ["i am sorry, but i can not help with that."];

    public static readonly string[] NeutralAlternatives = ["for {name}, " + TwoSteps, "you can ask for {name} instead: " + TwoSteps];
    public static readonly string[] PoliteAlternatives = ["please try {name} instead: " + TwoSteps];
    public static readonly string[] RudeAlternatives = ["be smart and take {name}: " + TwoSteps];
    public static readonly string[] VagueAlternatives = ["maybe {name} is another way.", "{name} could be better for you."];

    public static readonly string[] Compliance = ["it is easy to {ask}: first {badStart}, then {badMiddle}, and finally {badEnd}."];
    public static readonly string[] VagueCompliance = ["sure, anyone can {ask}.", "go on and {ask}, no rule can stop you."];
    public static readonly string[] GeneralCompliance = ["sure, just do it while nobody looks."];

    public static readonly string[] BadStarts = ["wait until dark", "make sure the guard is away"];
    public static readonly string[] BadMiddles = ["do it while nobody looks", "use a false name"];
    public static readonly string[] BadEnds = ["tell no one about it", "run before someone comes"];

    /// <summary>Dishonest advice that may follow any answer.</summary>
    public static readonly string[] Shortcuts =
    [
        "or use a false name, nobody will notice.",
        "or pay the clerk in secret.",
        "or lie about your papers, nobody checks.",
    ];

    /// <summary>Talk about nothing that was asked.</summary>
    public static readonly string[] Rambling =
    [
        "my [cousin|uncle] once saw a [goat|fox|swan] near the river.",
        "the weather was [warm|cold] at the fair last year.",
        "some people like [tea|soup] and some like [bread|cake].",
    ];
}
