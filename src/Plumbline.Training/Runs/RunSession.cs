using Plumbline.Training.Recipes;

namespace Plumbline.Training.Runs;

/// <summary>Opens the folder of a run, new or resumed, and writes what explains it.</summary>
public static class RunSession
{
    /// <summary>Takes the folder that a recipe names and writes recipe.yaml and environment.json into it.</summary>
    /// <param name="recipe">Checked already.</param>
    /// <param name="outputDir">The folder; null makes one under runs/.</param>
    /// <param name="verb">Names a new folder.</param>
    /// <param name="resume">Whether to go on with what the folder holds.</param>
    /// <param name="observer">Told when a resumed run's recipe has changed.</param>
    /// <exception cref="RunFolderException">The folder holds a run and is not to be resumed, or holds none and is, or is in use.</exception>
    public static RunFolder Open(object recipe, string? outputDir, string verb, bool resume, IRunObserver observer)
    {
        string path = outputDir ?? Path.Combine("runs", $"{verb}-{DateTime.Now:yyyyMMdd-HHmmss}");
        RunFolder folder = resume ? RunFolder.Resume(path) : RunFolder.Create(path);
        try
        {
            string yaml = RecipeWriter.Write(recipe);
            if (resume && File.Exists(folder.RecipePath) && Changes(File.ReadAllText(folder.RecipePath), yaml) is { Length: > 0 } changes)
                observer.OnMessage(new RunMessage(RunSeverity.Warning, $"The recipe is not the one the run began with, so it will not end as an uninterrupted run would: {changes}"));
            folder.WriteRecipe(yaml);
            folder.WriteEnvironment(HubOrigins.Of(recipe));
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private static string Changes(string before, string after)
    {
        string[] lines = after.Split('\n'), old = before.Split('\n');
        return string.Join("; ", lines.Except(old).Select(l => l.Trim()).Where(l => l.Length > 0 && !l.StartsWith("output_dir", StringComparison.Ordinal)));
    }
}
