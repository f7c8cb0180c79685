using Mindwright.Data.Problems;

namespace Mindwright.Evaluation.Graders;

/// <summary>A command of the user's that runs a Python program from its standard input safely, and ends with exit code 0 if the program does.</summary>
/// <remarks>
/// An exit code does not tell a program that failed from a sandbox that did (a container that cannot start answers 125). So the first use
/// runs an empty program: a sandbox in which that fails is out of order, and says nothing about answers. Thread-safe.
/// </remarks>
internal sealed class Sandbox(IReadOnlyList<string> command, TimeSpan timeLimit)
{
    private volatile bool _works;

    /// <summary>Runs a program.</summary>
    /// <returns>Whether it ended by itself, in time, and with exit code 0.</returns>
    /// <exception cref="IOException">The sandbox cannot be started, or cannot run an empty program.</exception>
    public async Task<bool> RunAsync(string program, CancellationToken cancellation)
    {
        if (!_works)
        {
            var (succeeded, end) = await RunOnceAsync("\n", cancellation).ConfigureAwait(false);
            if (!succeeded)
                throw new IOException($"the sandbox '{command[0]}' cannot run an empty program: {end}");
            _works = true;
        }
        return (await RunOnceAsync(program, cancellation).ConfigureAwait(false)).Succeeded;
    }

    private async Task<(bool Succeeded, string End)> RunOnceAsync(string program, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeLimit);
        using var process = ChildProcess.Start(command);
        OutputTail.Follow(process.StandardOutput);
        var errors = OutputTail.Follow(process.StandardError);
        try
        {
            await SendAsync(process.StandardInput, program).WaitAsync(limit.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            await errors.EndAsync(limit.Token).ConfigureAwait(false);
            return (process.ExitCode == 0, FormattableString.Invariant($"exit code {process.ExitCode}{errors.Quote()}"));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (false, FormattableString.Invariant($"it did not end within {timeLimit.TotalSeconds:0.###} seconds{errors.Quote()}"));
        }
        finally
        {
            ChildProcess.End(process);
        }
    }

    private static async Task SendAsync(StreamWriter input, string program)
    {
        try
        {
            await input.WriteAsync(program).ConfigureAwait(false);
            input.Close();
        }
        catch (IOException)
        {
            // It ended before it had read everything; its exit code tells the rest.
        }
    }
}
