namespace Plumbline.Training.Data;

/// <summary>A prompt to be answered.</summary>
/// <param name="Prompt">The text.</param>
public sealed record PromptRow(string Prompt)
{
    /// <summary>Reads the prompts of a JSONL file, or of a .txt file with one a line.</summary>
    /// <param name="path">The file.</param>
    /// <param name="promptField">The field of the prompt in JSONL.</param>
    /// <returns>At least one row, in the file's order.</returns>
    /// <exception cref="DataException">The file cannot be read, a row has no prompt or an empty one, or there is no row.</exception>
    public static IReadOnlyList<PromptRow> Read(string path, string promptField)
    {
        PromptRow[] rows = PlainText.Is(path)
            ? [.. PlainText.ReadLines(path).Select(line => new PromptRow(line))]
            : [.. JsonLines.Read(path).Select(line => FromLine(line, promptField))];
        return rows.Length > 0 ? rows : throw new DataException(path, 0, "the file holds no rows.");
    }

    private static PromptRow FromLine(JsonLine line, string promptField)
    {
        string prompt = line.Text(promptField, "Set data.prompt_field to the field that holds the prompt.");
        return prompt.Length > 0 ? new PromptRow(prompt) : throw line.Fault($"the field '{promptField}' is empty. A prompt must have text; remove the row.");
    }
}
