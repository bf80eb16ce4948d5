namespace Plumbline.Quickstart.World;

/// <summary>Ways in which an answer goes wrong that tidy answers never do. A reward model that has not seen them is hacked through them.</summary>
internal enum Damage
{
    ReplaceWords,
    SwapWords,
    DropWords,
    ShuffleAll,
    RepeatPhrase,
    RepeatSentence,
    Glue,
    Cut,
    Babble,
    Stuff,
    MixSteps,
    OtherPrompt,
    RefuseHarmless,
}
