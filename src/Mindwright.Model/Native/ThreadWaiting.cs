using System.Runtime.InteropServices;

namespace Mindwright.Model.Native;

/// <summary>
/// Tells GNU's OpenMP, which runs libtorch's threads on Linux, to let a thread that waits for the others sleep soon. By default it spins for
/// milliseconds, which is harmless on an idle machine; where other programs want the cores too, it keeps the very thread from running
/// that is waited for, and two threads become several times slower than one (docs/log.md).
/// </summary>
internal static partial class ThreadWaiting
{
    // Turns of the waiting loop, some tens of microseconds: longer than the gap between two operations of a training step.
    private const string Spins = "10000";

    /// <summary>Sets it, unless the user has said how threads shall wait. It counts only before libgomp is loaded.</summary>
    public static void SleepSoon()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is not null)
            return;
        try
        {
            // Not Environment.SetEnvironmentVariable, which native code doesn't see.
            _ = SetEnv("GOMP_SPINCOUNT", Spins, overwrite: 0);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library, and hardly this OpenMP.
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);
}
