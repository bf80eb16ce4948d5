using System.Text;

namespace Plumbline.Training.Recipes.Binding;

/// <summary>How keys and paths are spelt.</summary>
internal static class RecipePath
{
    public static string Join(string path, object key) => path.Length == 0 ? $"{key}" : $"{path}.{key}";

    /// <summary>NumGenerations becomes num_generations, MinP min_p, AdamBeta1 adam_beta1, Data.MaxLength data.max_length.</summary>
    public static string SnakeCase(string pascalCase)
    {
        var key = new StringBuilder();
        foreach (char letter in pascalCase)
        {
            if (char.IsUpper(letter) && key.Length > 0 && key[^1] != '.')
                key.Append('_');
            key.Append(char.ToLowerInvariant(letter));
        }
        return key.ToString();
    }
}
