using Plumbline.Models.Checkpoints;
using TorchSharp;

namespace Plumbline.Training.Policies;

/// <summary>Weights in one safetensors file, restored in place.</summary>
internal static class WeightFile
{
    /// <summary>Copies the file's tensors into parameters of the same names.</summary>
    public static void CopyInto(IEnumerable<KeyValuePair<string, Tensor>> parameters, string path)
    {
        using var noGradient = torch.no_grad();
        using SafetensorsFile file = SafetensorsFile.Open(path);
        foreach (KeyValuePair<string, Tensor> parameter in parameters)
        {
            using Tensor saved = file.Read(parameter.Key);
            parameter.Value.copy_(saved);
        }
    }
}
