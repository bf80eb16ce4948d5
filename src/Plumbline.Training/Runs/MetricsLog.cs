using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Plumbline.Training.Runs;

/// <summary>metrics.jsonl: one JSON object a row, <c>{"step":3,"reward":0.5,...}</c>, handed to the system as soon as it is appended.</summary>
/// <remarks>
/// Numbers are written so that they read back to the same double. JSON knows no NaN or infinity: such a value is null, and the row's
/// <c>non_finite</c> object tells which it was. Not for use by several threads at once.
/// </remarks>
public sealed class MetricsLog : IDisposable
{
    private const string StepKey = "step";
    private const string NonFiniteKey = "non_finite";
    private const byte NewLine = (byte)'\n';
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly string _path;
    private FileStream _stream;

    /// <summary>Opens the log to append to it, or makes it. A last row that a dying process left without its end is cut off.</summary>
    /// <exception cref="RunFolderException">The file cannot be opened.</exception>
    public MetricsLog(string path)
    {
        _path = path;
        _stream = Guarded(Open);
    }

    /// <summary>Appends one row.</summary>
    /// <exception cref="ArgumentException">A metric is called <c>step</c> or <c>non_finite</c>.</exception>
    /// <exception cref="RunFolderException">It cannot be written.</exception>
    public void Append(int step, IReadOnlyDictionary<string, double> metrics)
    {
        var row = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(row, Plain))
            Write(json, step, metrics);
        row.Write([NewLine]);
        Guarded(() =>
        {
            _stream.Write(row.WrittenSpan);
            return true;
        });
    }

    /// <summary>Removes the rows of later steps, so that a run continued after <paramref name="step"/> leaves the same file as one that was never interrupted.</summary>
    /// <exception cref="RunFolderException">The file is damaged or cannot be written; it then stands as it was.</exception>
    public void TruncateAfter(int step)
    {
        string[] kept = Lines(_path).Where(line => Parse(line.Text, line.Number, _path).Step <= step).Select(line => line.Text).ToArray();
        _stream.Dispose();
        try
        {
            WholeFile.WriteText(_path, string.Concat(kept.Select(line => line + "\n")));
        }
        finally
        {
            _stream = Guarded(Open);
        }
    }

    /// <summary>Reads all rows; a last row without its end is left out.</summary>
    /// <exception cref="RunFolderException">The file is absent, or a row is damaged; the message names its line.</exception>
    public static IReadOnlyList<MetricsRow> Read(string path) => Lines(path).Select(line => Parse(line.Text, line.Number, path)).ToArray();

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    private FileStream Open()
    {
        // No buffer: each row is the system's once Append returns, and outlives the process.
        var stream = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        stream.SetLength(Array.LastIndexOf(content, NewLine) + 1);
        stream.Seek(0, SeekOrigin.End);
        return stream;
    }

    private static void Write(Utf8JsonWriter json, int step, IReadOnlyDictionary<string, double> metrics)
    {
        json.WriteStartObject();
        json.WriteNumber(StepKey, step);
        foreach (var (name, value) in metrics)
        {
            if (name is StepKey or NonFiniteKey)
                throw new ArgumentException($"A metric cannot be called '{name}': the row itself has a field of that name.", nameof(metrics));
            if (double.IsFinite(value))
                json.WriteNumber(name, value);
            else
                json.WriteNull(name);
        }
        if (metrics.Any(m => !double.IsFinite(m.Value)))
        {
            json.WriteStartObject(NonFiniteKey);
            foreach (var (name, value) in metrics.Where(m => !double.IsFinite(m.Value)))
                json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static MetricsRow Parse(string line, int number, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            var metrics = new Dictionary<string, double>();
            foreach (JsonProperty field in root.EnumerateObject())
                if (field.Name is not (StepKey or NonFiniteKey))
                    metrics[field.Name] = field.Value.ValueKind == JsonValueKind.Null ? NonFinite(root, field.Name) : field.Value.GetDouble();
            return new MetricsRow(root.GetProperty(StepKey).GetInt32(), metrics);
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new RunFolderException($"{path}, line {number}: this is no row of metrics ({damaged.Message}) Remove the line, or start a new run with another --out.", damaged);
        }
    }

    private static double NonFinite(JsonElement row, string name) =>
        row.TryGetProperty(NonFiniteKey, out JsonElement listed) && listed.TryGetProperty(name, out JsonElement value)
            ? double.Parse(value.GetString()!, CultureInfo.InvariantCulture)
            : double.NaN;

    private static IEnumerable<(string Text, int Number)> Lines(string path)
    {
        string text = Guarded(path, () =>
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return reader.ReadToEnd();
        });
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length - 1; i++)                          // what follows the last newline has no end
            yield return (lines[i], i + 1);
    }

    private T Guarded<T>(Func<T> work) => Guarded(_path, work);

    private static T Guarded<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RunFolderException($"The metrics file {path} cannot be read or written: {failure.Message} Free space or mend the permissions, then continue with --resume.", failure);
        }
    }
}
