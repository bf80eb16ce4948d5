namespace Plumbline.Training.Data.Formats;

/// <summary>Turns what goes wrong while a file is read into a <see cref="DataException"/> of that file.</summary>
internal static class ReadFaults
{
    /// <summary>Moves on; an iterator cannot yield from within a catch, so this stands apart.</summary>
    public static bool MoveNext<T>(IEnumerator<T> rows, string path)
    {
        try
        {
            return rows.MoveNext();
        }
        catch (Exception fault) when (DataStream.IsReadFault(fault))
        {
            throw DataStream.Unreadable(path, fault);
        }
    }
}
