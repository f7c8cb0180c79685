using System.Globalization;

namespace Mindwright.Data.Problems;

/// <summary>
/// A program of the user's that speaks JSON lines: a request is a line on its standard input, the answer one or more lines on its
/// standard output. What it writes to standard error goes into the message of an error.
/// </summary>
/// <remarks>
/// It is started by the first request, without a shell, and serves one request at a time. A request that fails ends it: what it
/// would still write answers nothing. The next request starts it anew. Thread-safe.
/// </remarks>
/// <param name="command">The program and its arguments.</param>
/// <param name="timeLimit">The most time that an answer may take, the start of the program included.</param>
internal sealed class JsonLineProcess(IReadOnlyList<string> command, TimeSpan timeLimit) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private RunningProgram? _running;
    private bool _isDisposed;

    /// <summary>Sends a request and reads the answer.</summary>
    /// <param name="request">One line of JSON.</param>
    /// <param name="lines">How many lines answer it; an empty line ends the answer early.</param>
    /// <param name="read">Makes something of the lines; an exception that it throws ends the program like any other failure.</param>
    /// <param name="cancellation">Gives up; the program is ended.</param>
    /// <exception cref="IOException">The program could not be started, or ended before it had answered.</exception>
    /// <exception cref="TimeoutException">The answer took too long.</exception>
    /// <exception cref="InvalidDataException">The program wrote a line too many, an endless one, or bytes that are not UTF-8.</exception>
    public async Task<T> AskAsync<T>(string request, int lines, Func<IReadOnlyList<string>, T> read, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return await AskInTurnAsync(request, lines, read, cancellation).ConfigureAwait(false);
        }
        catch
        {
            End();
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends the program.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        End();
    }

    private async Task<T> AskInTurnAsync<T>(string request, int lines, Func<IReadOnlyList<string>, T> read, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeLimit);
        var running = _running ??= RunningProgram.Start(command);
        try
        {
            // A pipe that is waited for cannot always be cancelled; the wait for it can.
            return read(await running.AskAsync(request, lines, limit.Token).WaitAsync(limit.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException(string.Create(
                CultureInfo.InvariantCulture, $"'{command[0]}' did not answer within {timeLimit.TotalSeconds:0.###} seconds{running.Errors.Quote()}"));
        }
    }

    private void End() => Interlocked.Exchange(ref _running, null)?.Dispose();
}
