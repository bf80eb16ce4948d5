using System.Text;

namespace Plumbline.Models.Tests.Tokens.Pipeline;

/// <summary>Builds SentencePiece's precompiled_charsmap: a double-array trie in the units of darts-clone, and the texts.</summary>
internal static class CharacterMap
{
    internal static byte[] Build(Dictionary<string, string> entries)
    {
        var texts = new List<byte>();
        var keys = new SortedDictionary<string, int>(StringComparer.Ordinal); // a key's bytes, as characters, to its text's place
        foreach ((string from, string to) in entries)
        {
            keys.Add(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(from)), texts.Count);
            texts.AddRange([.. Encoding.UTF8.GetBytes(to), 0]);
        }
        var units = new Dictionary<int, uint>();
        var taken = new HashSet<int> { 0 };
        Place(0, "", isRoot: true);
        int size = (units.Keys.Max() / 256 + 1) * 256;
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write(size * sizeof(uint));
        for (int i = 0; i < size; i++)
            writer.Write(units.GetValueOrDefault(i));
        writer.Write([.. texts]);
        return file.ToArray();

        // Gives a node's children places node ^ offset ^ label; a leaf is the child of label 0 and holds the value.
        void Place(int node, string prefix, bool isRoot)
        {
            int[] labels = [.. keys.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal) && key.Length > prefix.Length).Select(key => (int)key[prefix.Length]).Distinct()];
            bool ends = keys.ContainsKey(prefix);
            int[] all = ends ? [0, .. labels] : labels;
            int offset = 1;
            while (all.Any(label => taken.Contains(node ^ offset ^ label)))
                offset++;
            Assert.True(offset < 1 << 21);
            taken.UnionWith(all.Select(label => node ^ offset ^ label));
            units[node] = ((uint)offset << 10) | (ends ? 0x100u : 0u) | (isRoot ? 0u : prefix[^1]);
            if (ends)
                units[node ^ offset] = 0x80000000 | (uint)keys[prefix];
            foreach (int label in labels)
                Place(node ^ offset ^ label, prefix + (char)label, isRoot: false);
        }
    }
}
