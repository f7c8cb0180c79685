namespace Mindwright.Model;

/// <summary>A device, or the native library that drives it, cannot be used. The message says what would put it right.</summary>
public sealed class DeviceException : Exception
{
    /// <summary>Makes an exception whose message names the device or library and the cure.</summary>
    public DeviceException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
