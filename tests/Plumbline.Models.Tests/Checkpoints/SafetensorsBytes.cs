using System.Buffers.Binary;
using System.Text;

namespace Plumbline.Models.Tests.Checkpoints;

/// <summary>Safetensors files put together by hand, true or lying.</summary>
internal static class SafetensorsBytes
{
    public static byte[] Of(string header, params byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header), prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, json.Length);
        return [.. prefix, .. json, .. data];
    }
}
