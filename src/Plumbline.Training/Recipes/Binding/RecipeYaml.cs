using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Plumbline.Training.Recipes.Binding;

/// <summary>Reads YAML into nodes that know their line, from YamlDotNet's events.</summary>
internal sealed class RecipeYaml
{
    private const int DeepestNesting = 16;

    private readonly Parser _parser;
    private readonly Func<long, string> _origin;
    private readonly List<string> _faults;

    private RecipeYaml(TextReader text, Func<long, string> origin, List<string> faults) =>
        (_parser, _origin, _faults) = (new Parser(text), origin, faults);

    /// <summary>Reads one document.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="origin">Names a line for messages.</param>
    /// <param name="faults">Receives a fault for each key given twice; the first value stands.</param>
    /// <returns>The root; an empty section for an empty document.</returns>
    /// <exception cref="YamlException">The text is not YAML, or uses what recipes do not: aliases, several documents, keys that are not scalars.</exception>
    public static RecipeNode Parse(TextReader text, Func<long, string> origin, List<string> faults) => new RecipeYaml(text, origin, faults).ReadDocument();

    private RecipeNode ReadDocument()
    {
        Next();                                                     // before the stream
        ParsingEvent start = Next();
        if (start is StreamEnd)
            return RecipeNode.Section(_origin(1));
        RecipeNode root = ReadNode(Next(), "", 0);
        Next();                                                     // end of the document
        ParsingEvent end = Next();
        if (end is not StreamEnd)
            throw Unsupported(end, "a recipe is one document; remove the second '---'");
        return root.IsNull ? RecipeNode.Section(root.Origin) : root;
    }

    private RecipeNode ReadNode(ParsingEvent current, string path, int depth)
    {
        if (depth > DeepestNesting)
            throw Unsupported(current, $"values are nested more than {DeepestNesting} deep");
        string origin = _origin(current.Start.Line);
        switch (current)
        {
            case Scalar scalar:
                return RecipeNode.Scalar(scalar.Value, scalar.Style is not ScalarStyle.Plain, origin);
            case SequenceStart:
                RecipeNode list = RecipeNode.List(origin);
                for (ParsingEvent item = Next(); item is not SequenceEnd; item = Next())
                    list.Items!.Add(ReadNode(item, RecipePath.Join(path, list.Items.Count), depth + 1));
                return list;
            case MappingStart:
                RecipeNode section = RecipeNode.Section(origin);
                for (ParsingEvent key = Next(); key is not MappingEnd; key = Next())
                    ReadEntry(section, key, path, depth);
                return section;
            case AnchorAlias:
                throw Unsupported(current, "aliases (*name) are not read; write the value out");
            default:
                throw Unsupported(current, "this is not a value");
        }
    }

    private void ReadEntry(RecipeNode section, ParsingEvent key, string path, int depth)
    {
        if (key is not Scalar { Value: var name })
            throw Unsupported(key, "a key must be a plain word");
        string keyPath = RecipePath.Join(path, name);
        RecipeNode value = ReadNode(Next(), keyPath, depth + 1);
        value.Origin = _origin(key.Start.Line);
        if (!section.Entries!.TryAdd(name, value))
            _faults.Add($"{value.Origin}: {keyPath} is given twice (first at {section.Entries[name].Origin}). Keep one.");
    }

    private ParsingEvent Next() => _parser.MoveNext() ? _parser.Current! : throw new YamlException("the document ends too early");

    private static YamlException Unsupported(ParsingEvent at, string what) => new(at.Start, at.End, what);
}
