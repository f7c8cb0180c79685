namespace Mindwright.Data.Problems;

/// <summary>Reads what a program writes, so that it never waits for a reader, and keeps the last of it for a message.</summary>
internal sealed class OutputTail
{
    private const int MostCharacters = 4096;
    private const int MostLines = 5;

    private readonly char[] _kept = new char[MostCharacters];
    private readonly Task _reading;
    private long _read;

    private OutputTail(TextReader reader) => _reading = Task.Run(() => ReadAsync(reader));

    /// <summary>Begins to read.</summary>
    public static OutputTail Follow(TextReader reader) => new(reader);

    /// <summary>Waits until all is read, though not for a grandchild that keeps the stream open.</summary>
    public async Task EndAsync(CancellationToken cancellation) =>
        await Task.WhenAny(_reading, Task.Delay(TimeSpan.FromSeconds(1), cancellation)).ConfigureAwait(false);

    /// <summary>The last lines after a colon; nothing where there are none.</summary>
    public string Quote()
    {
        var lines = Text().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 0 ? "" : ": " + string.Join("; ", lines.TakeLast(MostLines));
    }

    private string Text()
    {
        lock (_kept)
        {
            var at = (int)(_read % MostCharacters);
            return _read <= MostCharacters ? new string(_kept, 0, (int)_read) : string.Concat(_kept.AsSpan(at), _kept.AsSpan(0, at));
        }
    }

    private async Task ReadAsync(TextReader reader)
    {
        var buffer = new char[1024];
        try
        {
            while (await reader.ReadAsync(buffer.AsMemory()).ConfigureAwait(false) is > 0 and var count)
                lock (_kept)
                    foreach (var c in buffer.AsSpan(0, count))
                        _kept[_read++ % MostCharacters] = c;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The program was ended while it wrote.
        }
    }
}
