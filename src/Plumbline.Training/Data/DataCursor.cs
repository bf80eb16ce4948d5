namespace Plumbline.Training.Data;

/// <summary>A place in data that is passed over again and again: enough to go on exactly after an interruption.</summary>
/// <param name="Epoch">Whole passes made, from 0.</param>
/// <param name="Index">Rows already taken in this pass, from 0.</param>
public readonly record struct DataCursor(int Epoch, int Index);
