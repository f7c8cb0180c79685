using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Mindwright.Testing;

/// <summary>A hub in this process, with one dataset.</summary>
public sealed class FakeHub : IDisposable
{
    /// <summary>The commit that <c>main</c> points to.</summary>
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly HttpListener _listener = new();

    /// <summary>Listens on a free port of this machine.</summary>
    public FakeHub()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        }
        _listener.Prefixes.Add(Address);
        _listener.Start();
        new Thread(Serve) { IsBackground = true }.Start();
    }

    /// <summary>Its address.</summary>
    public string Address { get; }

    /// <summary>The files of <c>owner/set</c>.</summary>
    public Dictionary<string, (byte[] Content, string Listing)> Files { get; } = [];

    /// <summary>The paths that were asked for.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Where requests for a part began.</summary>
    public ConcurrentQueue<long> Ranges { get; } = [];

    /// <summary>The token that it asks for; null for none.</summary>
    public string? Token { get; set; }

    /// <summary>Whether it can begin in the middle of a file.</summary>
    public bool KnowsRanges { get; set; } = true;

    /// <summary>Bytes of a file after which it breaks the connection.</summary>
    public int CutAfter { get; set; } = int.MaxValue;

    /// <summary>Requests that it will still answer with 503.</summary>
    public int Failures { get; set; }

    /// <summary>Adds a file, large (LFS) or kept in git.</summary>
    public void Add(string path, byte[] content, bool lfs)
    {
        // SHA-1 is what git has.
#pragma warning disable CA5350
        var blob = Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));
#pragma warning restore CA5350
        Files[path] = (content, lfs
            ? JsonSerializer.Serialize(new { rfilename = path, size = content.Length, blobId = "pointer", lfs = new { sha256 = Convert.ToHexStringLower(SHA256.HashData(content)), size = content.Length } })
            : JsonSerializer.Serialize(new { rfilename = path, size = content.Length, blobId = blob }));
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Close();

    private void Serve()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = _listener.GetContext();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
            try
            {
                Answer(context);
            }
            catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException)
            {
                // The client went away, or the answer was cut off on purpose.
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        var path = context.Request.Url!.AbsolutePath;
        Requests.Enqueue(path);
        var response = context.Response;
        response.StatusCode = Failures-- > 0 ? 503
            : Token is not null && context.Request.Headers["Authorization"] != $"Bearer {Token}" ? 401
            : 200;
        if (response.StatusCode != 200)
            response.Close();
        else if (path == "/api/datasets/owner/set/revision/main")
            response.Close(Encoding.UTF8.GetBytes($$"""{"sha": "{{Commit}}", "siblings": [{{string.Join(',', Files.Values.Select(file => file.Listing))}}]}"""), false);
        else if (path.StartsWith($"/datasets/owner/set/resolve/{Commit}/", StringComparison.Ordinal))
            Send(context, Files[Uri.UnescapeDataString(path[$"/datasets/owner/set/resolve/{Commit}/".Length..])].Content);
        else
        {
            response.StatusCode = 404;
            response.Close();
        }
    }

    private void Send(HttpListenerContext context, byte[] content)
    {
        var (response, from) = (context.Response, 0L);
        if (KnowsRanges && context.Request.Headers["Range"] is { } range)
        {
            from = long.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
            Ranges.Enqueue(from);
            response.StatusCode = 206;
            response.Headers["Content-Range"] = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }
        response.ContentLength64 = content.Length - from;
        var count = (int)Math.Min(content.Length - from, CutAfter);
        response.OutputStream.Write(content, (int)from, count);
        if (count < content.Length - from)
            response.Abort();
        else
            response.Close();
    }
}
