namespace Plumbline.Training.Rewards.Assemblies;

/// <summary>What a user's code threw, in one line.</summary>
internal static class UserFault
{
    /// <summary>Type, message and where it arose.</summary>
    public static string Describe(Exception fault)
    {
        string? where = fault.StackTrace?.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.StartsWith("at ", StringComparison.Ordinal) && !line.StartsWith("at System.", StringComparison.Ordinal));
        return $"{fault.GetType().FullName}: {fault.Message}{(where is null ? "" : $" ({where})")}";
    }
}
