using System.Runtime.InteropServices;

namespace Mindwright.Cli.Common;

/// <summary>
/// Ctrl-C and SIGTERM as a cancellation token: the first asks the command to save and stop, the second ends the process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    private Interruption()
    {
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Begins to listen for the signals.</summary>
    public static Interruption Watch()
    {
        var interruption = new Interruption();
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM })
            interruption._registrations.Add(PosixSignalRegistration.Create(signal, interruption.OnSignal));
        return interruption;
    }

    private void OnSignal(PosixSignalContext context)
    {
        // Left to the platform, a second signal kills the process: no destructor of native code may hold it up.
        if (_source.IsCancellationRequested)
        {
            Terminal.Restore();
            return;
        }
        context.Cancel = true;
        _source.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }
}
