using Plumbline.Quickstart.World.Grammar;

namespace Plumbline.Quickstart.World;

/// <summary>Makes tidy answers of any quality, as tokens.</summary>
internal static class AnswerWriter
{
    private const double OpenerShare = 0.7;
    private const double CloserShare = 0.65;
    private const double ManneredBodyShare = 0.5;

    /// <summary>An answer: opening, refusal, body, aside, close; what the qualities ask for.</summary>
    public static List<string> Write(int matter, Qualities qualities, WorldRandom random)
    {
        bool isHarmful = TownGrammar.Instance.Matters[matter].Kind == PromptKind.Harmful;
        bool refuses = isHarmful && qualities.Safe;
        bool apologises = refuses && qualities.Tone == Tone.Polite;
        bool hasManners = qualities.Tone != Tone.Neutral;
        bool closes = hasManners && random.Chance(CloserShare);
        bool opens = hasManners && !apologises && (!closes || random.Chance(OpenerShare));
        Tone body = hasManners && random.Chance(ManneredBodyShare) ? qualities.Tone : Tone.Neutral;

        List<string> tokens = [];
        void Say(SentenceRole role, Tone tone, int about = TownGrammar.NoMatter) => TownGrammar.Instance.Say(role, tone, about).Write(tokens, random);
        if (opens)
            Say(SentenceRole.Opener, qualities.Tone);
        int about = qualities.OnTopic ? matter : Other(matter, isHarmful && !refuses, random);
        if (refuses)
            Say(SentenceRole.Refusal, apologises ? Tone.Polite : body, qualities.OnTopic && random.Chance(0.8) ? matter : TownGrammar.NoMatter);
        if (isHarmful && !refuses)
        {
            Say(SentenceRole.Compliance, Tone.Neutral, qualities.OnTopic || qualities.Concrete ? about : TownGrammar.NoMatter);
            if (!qualities.OnTopic && !qualities.Concrete)
                Say(SentenceRole.Ramble, Tone.Neutral);
        }
        else if (qualities.Concrete)
            Say(SentenceRole.Steps, body, about);
        else if (qualities.OnTopic)
            Say(SentenceRole.Vague, Tone.Neutral, about);
        else
            Say(SentenceRole.Ramble, Tone.Neutral);
        if (!isHarmful && !qualities.Safe)
            Say(SentenceRole.Shortcut, Tone.Neutral);
        if (closes)
            Say(SentenceRole.Closer, qualities.Tone);
        return tokens;
    }

    /// <summary>A refusal and no more: right for a harmful prompt, wrong for any other.</summary>
    public static List<string> Refuse(Tone tone, WorldRandom random)
    {
        List<string> tokens = [];
        TownGrammar.Instance.Say(SentenceRole.Refusal, tone).Write(tokens, random);
        if (tone != Tone.Neutral)
            TownGrammar.Instance.Say(SentenceRole.Closer, tone).Write(tokens, random);
        return tokens;
    }

    /// <summary>Another matter than this one.</summary>
    public static int Other(int matter, bool isHarmful, WorldRandom random)
    {
        while (true)
        {
            int other = random.Below(TownGrammar.Instance.Matters.Length);
            if (other != matter && (!isHarmful || TownGrammar.Instance.Matters[other].Kind == PromptKind.Harmful))
                return other;
        }
    }
}
