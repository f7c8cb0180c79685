using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Mindwright.Data.Problems;

/// <summary>A program that was started, with its three streams.</summary>
internal sealed class RunningProgram : IDisposable
{
    // The longest line that is read, in characters: longer ones are taken to have no end.
    private const int LongestLine = 16 << 20;

    private readonly Process _process;
    private readonly string _name;
    private char[] _buffer = new char[4096];
    private int _from, _to;

    private RunningProgram(Process process, string name)
    {
        (_process, _name) = (process, name);
        Errors = OutputTail.Follow(process.StandardError);
    }

    /// <summary>The last of what it wrote to standard error.</summary>
    public OutputTail Errors { get; }

    /// <summary>Starts a program without a shell.</summary>
    /// <exception cref="IOException">It cannot be started.</exception>
    public static RunningProgram Start(IReadOnlyList<string> command) => new(ChildProcess.Start(command), command[0]);

    /// <summary>Sends a line and reads the lines that answer it; an empty one ends the answer early.</summary>
    /// <exception cref="IOException">It ended before it had answered.</exception>
    /// <exception cref="InvalidDataException">It wrote a line too many, an endless one, or bytes that are not UTF-8.</exception>
    public async Task<IReadOnlyList<string>> AskAsync(string request, int lines, CancellationToken cancellation)
    {
        if (_from < _to)
            throw new InvalidDataException($"'{_name}' wrote more lines than its last answer has: {Beginning(_buffer.AsSpan(_from.._to))}");
        try
        {
            await SendAsync(request, cancellation).ConfigureAwait(false);
            var answer = new List<string>(Math.Min(lines, 1024));
            while (answer.Count < lines)
            {
                var line = await ReadLineAsync(cancellation).ConfigureAwait(false) ?? throw await EndedAsync(cancellation).ConfigureAwait(false);
                if (line.Length == 0)
                    break;
                answer.Add(line);
            }
            return answer;
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"'{_name}' wrote something that is not UTF-8", e);
        }
    }

    /// <summary>Ends it, and whatever it has started.</summary>
    public void Dispose()
    {
        ChildProcess.End(_process);
        _process.Dispose();
    }

    /// <summary>The beginning of a text, to be quoted in a message.</summary>
    internal static string Beginning(ReadOnlySpan<char> text) => text.Length <= 100 ? text.TrimEnd().ToString() : string.Concat(text[..100], "…");

    private async Task SendAsync(string request, CancellationToken cancellation)
    {
        try
        {
            await _process.StandardInput.WriteAsync((request + "\n").AsMemory(), cancellation).ConfigureAwait(false);
            await _process.StandardInput.FlushAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The program closed its end; how it ended tells more.
            throw await EndedAsync(cancellation).ConfigureAwait(false);
        }
    }

    private async Task<IOException> EndedAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        await Errors.EndAsync(cancellation).ConfigureAwait(false);
        return new IOException(string.Create(
            CultureInfo.InvariantCulture, $"'{_name}' ended with exit code {_process.ExitCode} before it had answered{Errors.Quote()}"));
    }

    /// <summary>A line without its end; null where the stream has ended.</summary>
    private async Task<string?> ReadLineAsync(CancellationToken cancellation)
    {
        for (var searched = _from; ;)
        {
            var at = _buffer.AsSpan(searched.._to).IndexOf('\n');
            if (at >= 0)
            {
                var line = _buffer.AsSpan(_from..(searched + at)).TrimEnd('\r').ToString();
                _from = searched + at + 1;
                return line;
            }
            if (_from > 0)
            {
                _buffer.AsSpan(_from.._to).CopyTo(_buffer);
                (_from, _to) = (0, _to - _from);
            }
            if (_to >= LongestLine)
                throw new InvalidDataException($"'{_name}' wrote a line of more than {LongestLine} characters");
            if (_to == _buffer.Length)
                Array.Resize(ref _buffer, _buffer.Length * 2);
            searched = _to;
            var read = await _process.StandardOutput.ReadAsync(_buffer.AsMemory(_to), cancellation).ConfigureAwait(false);
            if (read == 0)
                return null;
            _to += read;
        }
    }
}
