using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Mindwright.Runs.Files;

namespace Mindwright.Data;

/// <summary>
/// Downloads datasets from a hub with the Hugging Face hub's protocol, or a mirror of it. The user names the hub; there is no default.
/// </summary>
public sealed class DatasetHub : IDisposable
{
    /// <summary>The environment variable with the hub's address, such as <c>https://hub.example</c>.</summary>
    public const string AddressVariable = "MINDWRIGHT_HUB";

    /// <summary>The environment variable with the access token, for datasets that require one.</summary>
    public const string TokenVariable = "MINDWRIGHT_HUB_TOKEN";

    private const int Attempts = 5;

    private readonly HttpClient _http;
    private readonly Uri _hub;
    private readonly TimeSpan _pause;

    /// <summary>Connects to a hub.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="token">The access token; null for none. It is sent to this hub only, not to an address that the hub redirects to.</param>
    /// <exception cref="ArgumentException">The address does not begin with http:// or https://.</exception>
    public DatasetHub(string address, string? token = null)
        : this(address, token, TimeSpan.FromSeconds(1))
    {
    }

    internal DatasetHub(string address, string? token, TimeSpan pause)
    {
        if (!Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out var hub) || hub.Scheme is not ("http" or "https"))
            throw new ArgumentException($"{address} is not the address of a hub: set {AddressVariable} to one that starts with https://", nameof(address));
        (_hub, _pause) = (hub, pause);
        _http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("mindwright");
        // The handler drops this header when it follows a redirect.
        if (!string.IsNullOrEmpty(token))
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>The hub that the environment names.</summary>
    /// <exception cref="ArgumentException">The variable is not set.</exception>
    public static DatasetHub FromEnvironment() => new(
        Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } address
            ? address
            : throw new ArgumentException($"no hub is configured: set {AddressVariable} to its address"),
        Environment.GetEnvironmentVariable(TokenVariable));

    /// <summary>
    /// Downloads a dataset's files. Complete files are not downloaded again; interrupted ones are resumed.
    /// </summary>
    /// <param name="request">What to download, and where to.</param>
    /// <param name="progress">Receives progress, in bytes.</param>
    /// <param name="cancellation">Interrupts the download; what has arrived is kept.</param>
    /// <exception cref="FileNotFoundException">The hub has no such dataset, revision or file.</exception>
    /// <exception cref="InvalidDataException">The hub's answer is damaged, or a file's path leads out of the folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The dataset requires a token, or another one.</exception>
    /// <exception cref="IOException">The connection failed five times.</exception>
    public async Task<DatasetDownload> GetAsync(
        DatasetRequest request, IProgress<DatasetProgress>? progress = null, CancellationToken cancellation = default)
    {
        var listing = await ListAsync(request, cancellation).ConfigureAwait(false);
        var wanted = request.Files is null ? listing.Files : [.. listing.Files.Where(file => InputFiles.Matches(request.Files, file.Path))];
        if (wanted.Count == 0)
            throw new FileNotFoundException($"{request.Name} at {listing.Revision}: no file matches {request.Files ?? "*"}");
        foreach (var file in wanted)
            CheckPath(request, file.Path);
        Directory.CreateDirectory(request.Output);
        var total = wanted.Sum(file => file.Bytes ?? 0);
        long before = 0;
        var fetched = new List<DatasetFile>();
        foreach (var file in wanted)
        {
            var report = new Action<long>(bytes => progress?.Report(new DatasetProgress(file.Path, before + bytes, total)));
            fetched.Add(await FetchAsync(request, listing.Revision, file, report, cancellation).ConfigureAwait(false));
            before += fetched[^1].Bytes;
        }
        var download = new DatasetDownload(request.Name, listing.Revision, fetched);
        JsonFormat.Write(Path.Combine(request.Output, DatasetDownload.FileName), download);
        return download;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<(string Revision, IReadOnlyList<HubFile> Files)> ListAsync(DatasetRequest request, CancellationToken cancellation)
    {
        var url = new Uri(_hub, $"api/datasets/{EscapePath(request.Name)}/revision/{Uri.EscapeDataString(request.Revision)}?blobs=true");
        using var response = await RetryAsync(() => _http.GetAsync(url, cancellation), cancellation).ConfigureAwait(false);
        Check(response, $"dataset {request.Name} at {request.Revision}");
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            using var json = await JsonDocument.ParseAsync(body, cancellationToken: cancellation).ConfigureAwait(false);
            return (json.RootElement.GetProperty("sha").GetString()!, [.. json.RootElement.GetProperty("siblings").EnumerateArray().Select(HubFile.Parse)]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"{url}: this is not a hub's answer: {e.Message}", e);
        }
    }

    private async Task<DatasetFile> FetchAsync(
        DatasetRequest request, string revision, HubFile file, Action<long> report, CancellationToken cancellation)
    {
        var target = Path.Combine(request.Output, file.Path.Replace('/', Path.DirectorySeparatorChar));
        if (File.Exists(target) && file.Matches(target))
            return Fetched(file, target);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        // The name contains the revision, so that a download never continues another version.
        var partial = $"{target}.{revision[..Math.Min(12, revision.Length)]}.partial";
        var url = new Uri(_hub, $"datasets/{EscapePath(request.Name)}/resolve/{Uri.EscapeDataString(revision)}/{EscapePath(file.Path)}");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await AppendAsync(url, partial, file, report, cancellation).ConfigureAwait(false);
                break;
            }
            catch (Exception e) when (attempt < Attempts && e is HttpRequestException or IOException and not FileNotFoundException)
            {
                await Task.Delay(_pause * attempt, cancellation).ConfigureAwait(false);
            }
            catch (HttpRequestException e)
            {
                throw new IOException($"{url}: {e.Message}; what has arrived is kept, and the same command resumes", e);
            }
        }
        if (!file.Matches(partial))
        {
            File.Delete(partial);
            throw new InvalidDataException($"{url}: the download does not match the hub's checksum; it was deleted, try again");
        }
        // Not an AtomicFile: that one deletes what it has written on failure, and here the next attempt continues it.
        File.Move(partial, target, overwrite: true);
        return Fetched(file, target);
    }

    private async Task AppendAsync(Uri url, string partial, HubFile file, Action<long> report, CancellationToken cancellation)
    {
        await using var output = new FileStream(partial, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1 << 16);
        output.Seek(0, SeekOrigin.End);
        if (output.Position > 0 && output.Position == file.Bytes)
            return;
        using var message = new HttpRequestMessage(HttpMethod.Get, url);
        if (output.Position > 0)
            message.Headers.Range = new RangeHeaderValue(output.Position, null);
        using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable
            || (response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From != output.Position))
        {
            // What has arrived does not fit the file: start again.
            output.SetLength(0);
            throw new IOException($"{url}: the hub refused to resume at the given position");
        }
        Check(response, url.ToString());
        if (response.StatusCode != HttpStatusCode.PartialContent)
            output.SetLength(0);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var buffer = new byte[1 << 16];
        while (await body.ReadAsync(buffer, cancellation).ConfigureAwait(false) is > 0 and var read)
        {
            await output.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            report(output.Position);
        }
        if (file.Bytes is { } bytes && output.Position < bytes)
            throw new IOException($"{url}: the connection ended early");
    }

    private async Task<HttpResponseMessage> RetryAsync(Func<Task<HttpResponseMessage>> send, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var response = await send().ConfigureAwait(false);
                if ((int)response.StatusCode < 500 || attempt == Attempts)
                    return response;
                response.Dispose();
            }
            catch (HttpRequestException e) when (attempt == Attempts)
            {
                throw new IOException($"{_hub}: {e.Message}", e);
            }
            catch (HttpRequestException)
            {
                // Retried below.
            }
            await Task.Delay(_pause * attempt, cancellation).ConfigureAwait(false);
        }
    }

    private static void Check(HttpResponseMessage response, string what)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.NotFound:
                throw new FileNotFoundException($"{what}: the hub has nothing of that name");
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                throw new UnauthorizedAccessException($"{what}: the hub requires a token with read access; set {TokenVariable}");
            case var status when !response.IsSuccessStatusCode:
                throw new IOException($"{what}: the hub answers {(int)status} {response.ReasonPhrase}");
        }
    }

    private static DatasetFile Fetched(HubFile file, string path) => new(file.Path, new FileInfo(path).Length, Hashing.OfFile(path));

    private static string EscapePath(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    /// <summary>A name from outside must stay below the output folder, on every system.</summary>
    private static void CheckPath(DatasetRequest request, string path)
    {
        if (RelativePath.LeadsOut(path))
            throw new InvalidDataException($"{request.Name}: the path {path} leads out of the folder");
    }

    /// <summary>A file as the hub lists it.</summary>
    /// <param name="Path">Its path in the dataset.</param>
    /// <param name="Bytes">Its size in bytes, if known.</param>
    /// <param name="Sha256">Its hash, for large files.</param>
    /// <param name="BlobId">Its hash in git, for the others.</param>
    private sealed record HubFile(string Path, long? Bytes, string? Sha256, string? BlobId)
    {
        public static HubFile Parse(JsonElement item)
        {
            var lfs = item.TryGetProperty("lfs", out var value) && value.ValueKind == JsonValueKind.Object ? value : default;
            return new HubFile(
                item.GetProperty("rfilename").GetString()!,
                item.TryGetProperty("size", out var size) && size.ValueKind == JsonValueKind.Number ? size.GetInt64() : null,
                lfs.ValueKind == JsonValueKind.Object && lfs.TryGetProperty("sha256", out var sha) ? sha.GetString() : null,
                lfs.ValueKind != JsonValueKind.Object && item.TryGetProperty("blobId", out var blob) ? blob.GetString() : null);
        }

        /// <summary>Whether a file on disk is this one, by size and hash as far as the hub gives them.</summary>
        public bool Matches(string path)
        {
            if (Bytes is { } bytes && new FileInfo(path).Length != bytes)
                return false;
            return Sha256 is not null ? Hashing.OfFile(path) == Sha256
                : BlobId is null || Hashing.OfGitBlob(path) == BlobId;
        }
    }
}
