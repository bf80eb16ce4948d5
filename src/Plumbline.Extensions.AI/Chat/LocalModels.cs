using Plumbline.Models.Hub;

namespace Plumbline.Extensions.AI.Chat;

/// <summary>The models in use, each loaded once however many clients share it, and the queue of what they are to write. Safe on many threads at once.</summary>
internal sealed class LocalModels : IDisposable
{
    private readonly Dictionary<(string Directory, string Device), LocalModel> _models = [];
    private readonly Lock _gate = new();

    public GenerationQueue Queue { get; } = new();

    /// <summary>The model of a folder, or of a name of the hub that was pulled, on a device; the same one each time.</summary>
    public LocalModel Open(string directory, string device)
    {
        var key = (Path.TrimEndingDirectorySeparator(Path.GetFullPath(ModelFolder.Resolve(directory))), device);
        lock (_gate)
        {
            if (!_models.TryGetValue(key, out LocalModel? model))
                _models.Add(key, model = new LocalModel(directory, device));
            return model;
        }
    }

    public void Dispose()
    {
        Queue.Dispose();
        foreach (LocalModel model in _models.Values)
            model.Dispose();
    }
}
