namespace Plumbline.Models.Tests.Tokens.Oracle;

/// <summary>Texts on which tokenizers part ways.</summary>
internal static class OracleTexts
{
    internal static readonly string[] All =
    [
        "", " ", "a", "\n", "\r\n", "\t", "Hello, world!", " Hello", "Hello ", "  two  spaces   three    four     five",
        // languages
        "The quick brown fox jumps over the lazy dog.", "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich.", "Le cœur déçu mais l'âme plutôt naïve",
        "Příliš žluťoučký kůň úpěl ďábelské ódy", "Zażółć gęślą jaźń", "Съешь же ещё этих мягких французских булок, да выпей чаю", "Ξεσκεπάζω τὴν ψυχοφθόρα βδελυγμία Σίσυφος ΟΔΟΣ",
        "今日はとても良い天気ですね。カタカナとひらがな、ー長音。", "敏捷的棕色狐狸跳过了懒狗。「繁體中文」", "다람쥐 헌 쳇바퀴에 타고파", "İstanbul'da IĞDIR ılık", "Tiếng Việt có dấu thanh điệu",
        "สวัสดีชาวโลก ภาษาไทยไม่มีช่องว่าง", "ऋषियों को सताने वाले दुष्ट राक्षसों के राजा", "நீங்கள் எப்படி இருக்கிறீர்கள்", "ქართული ენა", "Հայերեն լեզու", "አማርኛ ፊደል", "ខ្មែរ", "བོད་སྐད་",
        // right to left
        "مرحبا بالعالم، كيف حالك؟ ١٢٣٤", "שלום עולם! מה שלומך?", "פְּנֵי נִקּוּד", "English עברית العربية mixed \u202Eoverride\u202C",
        // emoji
        "🚀🔥👍", "👩‍💻 👨‍👩‍👧‍👦 🏳️‍🌈", "👋🏻👋🏽👋🏿", "🇩🇪🇯🇵🇧🇷", "1️⃣ #️⃣", "I ❤️ you 💔", "😀😃 😄\n😁", "☃️ ☎ ✈︎",
        // beyond the basic plane
        "𝒜𝓫𝔠 𝟙𝟚𝟛 𝕳𝖊𝖑𝖑𝖔", "𠀀𠮷野家 𪚥 中𠀀文", "𐍈𐌰𐌹 𐐷𐐎 𓀀𓂀", "🄰🅱Ⓐⓑ", "𝄞𝄢", "🀄🂡", "\U0001F468\u200D\U0001F680", "𞤀𞤣𞤤𞤢𞤥", "𑀓 𑁇", "x𝑖=𝟎",
        // marks and forms
        "e\u0301 e\u0323\u0302 a\u0308\u0304", "\u0301leading mark", "ﬁ ﬂ ﬀ ½ ² ™ Ⅷ ㎏ ℃", "Ａｂｃ１２３　全角", "ｶﾀｶﾅ", "Å Å Å", "\u1100\u1161\u11A8 한글", "ẛ̣ ſ ß ẞ ŉ", "نص ـــ مُشَكَّل", "ñ n\u0303",
        // numbers
        "0 1 12 123 1234 12345 3.14159 1,000,000", "2024-01-15T10:30:00Z", "+1 (555) 010-9999", "0xFF 1e-10 ½+¼ ³√ ١٢ ४५ Ⅻ", "v1.2.3-rc.4",
        // contractions
        "I'm you're he's we've they'd I'll can't DON'T I'M o'clock 'tis '’s ’ve", "'S 'T 'RE 'ſ 'K", "it's\n's 's",
        // code
        "def f(x):\n    return x**2  # comment\n\n\nclass A:\n\tpass", "for (int i = 0; i < n; ++i) { a[i] += \"\\n\"; }", "<div class=\"a\">&nbsp;</div>\r\n<!-- x -->", "SELECT * FROM t WHERE a<>'b' AND c>=1;",
        "{\"key\": [1, 2.5, null, true], \"nested\": {\"a\": \"\\u00e9\"}}", "fn main() -> Result<(), Box<dyn Error>> { println!(\"{}\", 1u8); }", "#include <stdio.h>\n#define X(a) a##_b\n",
        "$ ls -la | grep '^d' && echo $HOME > /dev/null 2>&1", "\\frac{\\partial L}{\\partial w_{ij}} = \\sum_k x_k^2", "http://example.com/a/b?c=d&e=%20f#g user@example.org", "snake_case camelCase PascalCase SCREAMING_CASE kebab-case HTTPServer2Go",
        // spaces and controls
        "a\u00A0b\u2003c\u3000d\u200Be\uFEFFf", "a\0b\u0001c\u007Fd\u0085e\u009Ff", "line\u2028sep\u2029para", "trailing   \n\n\n  \n\t\t x", "\r\r\n\n\r", "   leading", "tabs\t\tand  spaces \t mixed", "\u00AD\u2060\u180E",
        // symbols
        "!!!??? ... --- *** ___ ~~~ ``` \"\"\" ''' ^^^ $$$ %%% &&&", "—–‐ “quotes” ‘single’ «guillemets» …", "∀x∈ℝ: ⌈x⌉ ≥ x ∑∏√∞ ≠ ± × ÷", "€£¥₿¢", "© ® † ‡ § ¶ •", "\uFFFD\uFFFC\uE000", "▁under ▁▁two", "Ġbyte Ċ", "[CLS] [UNK] <s> </s> <unk> <pad> <0x0A> <|endoftext|>",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis",
    ];

    /// <summary>The texts, texts put together of parts of them by chance, and each of some added tokens in the midst of them.</summary>
    internal static string[] With(IReadOnlyList<string> addedTokens, int mixed = 150)
    {
        var random = new Random(20260101);
        string Part() => All[random.Next(All.Length)] is var text && text.Length > 8 ? Whole(text, random.Next(text.Length - 6), random.Next(1, 7)) : text;
        string[] mixtures = [.. Enumerable.Range(0, mixed).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => Part())))];
        string[] around = [.. addedTokens.SelectMany(token => (string[])[token, $"a{token}b", $"a  {token} \n b", $" {token}{token} c", $"x{token[..^1]}", Part() + token + Part()])];
        return [.. All, .. mixtures, .. around];
    }

    // A part of a text that cuts no pair of surrogates.
    private static string Whole(string text, int start, int length)
    {
        int end = Math.Min(text.Length, start + length);
        if (start > 0 && char.IsLowSurrogate(text[start]))
            start--;
        if (end < text.Length && char.IsLowSurrogate(text[end]))
            end++;
        return text[start..end];
    }
}
