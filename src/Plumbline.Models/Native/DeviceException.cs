namespace Plumbline.Models.Native;

/// <summary>The device that was asked for is not here; the message says how to get it.</summary>
public sealed class DeviceException(string message) : Exception(message);
