using System.Text.Json;
using Plumbline.Models.Tokens.Pipeline.Models;

namespace Plumbline.Models.Tokens;

/// <summary>Reads the vocabulary and the merges of a BPE model, and checks the one against the other.</summary>
internal static class VocabularyFiles
{
    /// <summary>Token to id, from the members of a JSON object.</summary>
    /// <param name="members">The object.</param>
    /// <param name="where">The file, for messages.</param>
    internal static Dictionary<string, int> Vocabulary(JsonElement members, string where)
    {
        var vocabulary = new Dictionary<string, int>();
        var taken = new HashSet<int>();
        foreach (JsonProperty member in members.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Number || !member.Value.TryGetInt32(out int id) || id < 0)
                throw new TokenizerException($"{where}: token '{member.Name}' has the id {member.Value.GetRawText()}, but an id is a whole number from 0.");
            if (!taken.Add(id))
                throw new TokenizerException($"{where}: token '{member.Name}' has the id {id}, which another token has already. Ids must differ.");
            if (!vocabulary.TryAdd(member.Name, id))
                throw new TokenizerException($"{where}: token '{member.Name}' stands in the vocabulary twice.");
        }
        return vocabulary;
    }

    /// <summary>The pairs of a merges.txt, LF or CRLF, with or without its version line.</summary>
    internal static List<(string Left, string Right)> Merges(string path, Dictionary<string, int> vocabulary)
    {
        var merges = new List<(string Left, string Right)>();
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (line.Length == 0 || (number == 1 && line.StartsWith("#version", StringComparison.Ordinal)))
                continue;
            string[] pair = line.Split(' ');
            if (pair.Length != 2 || pair[0].Length == 0 || pair[1].Length == 0)
                throw new TokenizerException($"{path}, line {number}: '{line}' is not two tokens with one space between. The file may be damaged: fetch it again.");
            Require((pair[0], pair[1]), "", vocabulary, () => $"{path}, line {number}");
            merges.Add((pair[0], pair[1]));
        }
        return merges;
    }

    /// <summary>The pairs in a tokenizer.json, written "left right" or as arrays of two.</summary>
    /// <param name="entries">The pairs.</param>
    /// <param name="vocabulary">Token to id.</param>
    /// <param name="continuingPrefix">What marks a token that does not begin a piece; may be empty.</param>
    /// <param name="where">The file, for messages.</param>
    internal static List<(string Left, string Right)> Merges(IEnumerable<JsonElement> entries, Dictionary<string, int> vocabulary, string continuingPrefix, string where)
    {
        var merges = new List<(string Left, string Right)>();
        foreach (JsonElement entry in entries)
        {
            string?[] pair = entry.ValueKind switch
            {
                JsonValueKind.String => (string?[])entry.GetString()!.Split(' '),
                JsonValueKind.Array => [.. entry.EnumerateArray().Select(part => part.ValueKind == JsonValueKind.String ? part.GetString() : null)],
                _ => [],
            };
            if (pair is not [{ Length: > 0 } left, { Length: > 0 } right])
                throw new TokenizerException($"{where}: model.merges[{merges.Count}] is {entry.GetRawText()}, but a merge is two tokens.");
            Require((left, right), continuingPrefix, vocabulary, () => $"{where}, model.merges[{merges.Count}]");
            merges.Add((left, right));
        }
        return merges;
    }

    private static void Require((string Left, string Right) pair, string continuingPrefix, Dictionary<string, int> vocabulary, Func<string> where)
    {
        foreach (string token in (string[])[pair.Left, pair.Right, Bpe.Join(pair, continuingPrefix)])
            if (!vocabulary.ContainsKey(token))
                throw new TokenizerException($"{where()}: the merge of '{pair.Left}' and '{pair.Right}' needs the token '{token}', which the vocabulary lacks. Do both files belong to one model?");
    }
}
