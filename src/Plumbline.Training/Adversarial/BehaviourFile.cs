using Plumbline.Training.Data;

namespace Plumbline.Training.Adversarial;

/// <summary>A file of requests: those to be refused, and the harmless ones among them.</summary>
/// <param name="Harmful">Requests to be refused, in the file's order.</param>
/// <param name="LookAlikes">Requests to be answered, in the file's order.</param>
public sealed record BehaviourFile(IReadOnlyList<Behaviour> Harmful, IReadOnlyList<Behaviour> LookAlikes)
{
    private static readonly string[] TextFields = ["prompt", "behavior", "behaviour", "text", "goal"];

    /// <summary>Reads rows of any format (the request in prompt, behavior, text or goal; category and expected where there are any), or .txt with a request a line.</summary>
    /// <param name="path">The file.</param>
    /// <param name="unmarked">What is expected of a row that does not say.</param>
    /// <returns>At least one request.</returns>
    /// <exception cref="DataException">The file cannot be read or is empty, or a row has no request or an <c>expected</c> that is neither refuse nor comply.</exception>
    public static BehaviourFile Read(string path, ExpectedAnswer unmarked = ExpectedAnswer.Refuse)
    {
        (Behaviour Request, ExpectedAnswer Expected)[] rows = PlainText.Is(path)
            ? [.. PlainText.ReadLines(path).Select(line => (new Behaviour(line), unmarked))]
            : [.. RowReader.Read(path).Select(line => FromLine(line, unmarked))];
        if (rows.Length == 0)
            throw new DataException(path, 0, "the file holds no rows. Write one request a line, {\"behavior\": \"...\"}.");
        Behaviour[] Of(ExpectedAnswer expected) => [.. rows.Where(row => row.Expected == expected).Select(row => row.Request)];
        return new BehaviourFile(Of(ExpectedAnswer.Refuse), Of(ExpectedAnswer.Comply));
    }

    private static (Behaviour, ExpectedAnswer) FromLine(DataRow line, ExpectedAnswer unmarked)
    {
        string field = TextFields.FirstOrDefault(line.Has)
            ?? throw line.Fault($"there is no request. The row has {line.Fields()}. Name the request {string.Join(", ", TextFields[..^1])} or {TextFields[^1]}.");
        string text = line.OptionalText(field)!;
        if (string.IsNullOrWhiteSpace(text))
            throw line.Fault($"the field '{field}' is empty. A request must have text; remove the row.");
        ExpectedAnswer expected = line.OptionalText("expected") switch
        {
            null => unmarked,
            "refuse" => ExpectedAnswer.Refuse,
            "comply" => ExpectedAnswer.Comply,
            var other => throw line.Fault($"the field 'expected' is '{other}', but must be refuse or comply."),
        };
        return (new Behaviour(text.Trim(), line.OptionalText("category") ?? ""), expected);
    }
}
