using System.Text.Json;

namespace Mindwright.Planning;

/// <summary>
/// The accelerators known by name: those that come with the program, this machine once it was measured, and those of a user's own JSON
/// file of the same form.
/// </summary>
public sealed class HardwareTable
{
    /// <summary>The name of the machine that <c>doctor</c> measured.</summary>
    public const string ThisMachine = "this";

    private readonly SortedDictionary<string, Accelerator> _accelerators = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the tables; later ones come before earlier ones.</summary>
    /// <param name="userFile">
    /// A JSON file <c>{"name": {"peak_tflops": {"bf16": 1.2}, "memory_gb": 32, "bandwidth_gb_s": 40, "watts": 65, "server_watts": 90,
    /// "price_per_hour": 0.1, "purchase_price": 900, "description": "…", "source": "…", "price_source": "…"}}</c>, of which peak, memory
    /// and bandwidth are required; its entries come before built-in ones of the same name. Null for none.
    /// </param>
    /// <param name="measuredFile">Where <see cref="Save"/> keeps this machine; it need not exist. Null for none.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file isn't of that form; the message names file, entry and key.</exception>
    public HardwareTable(string? userFile = null, string? measuredFile = null)
    {
        using (var builtIn = Resources.Open("hardware.json"))
            Read(builtIn, "hardware.json");
        if (measuredFile is not null && File.Exists(measuredFile))
            Read(measuredFile);
        if (userFile is null)
            return;
        if (!File.Exists(userFile))
            throw new FileNotFoundException($"{userFile}: no such hardware table", userFile);
        Read(userFile);
    }

    /// <summary>All accelerators by name.</summary>
    public IReadOnlyCollection<Accelerator> All => _accelerators.Values;

    /// <summary>The accelerator of that name, in any case of letters.</summary>
    /// <exception cref="ArgumentException">There is none; the message names those there are.</exception>
    public Accelerator Find(string name) =>
        _accelerators.TryGetValue(name, out var found)
            ? found
            : throw Require.Error("hardware", name.Equals(ThisMachine, StringComparison.OrdinalIgnoreCase)
                ? "this machine was not measured yet; do so by 'mindwright doctor'"
                :
                $"'{name}' is not in the table; it has {string.Join(", ", _accelerators.Keys)} (add your own with --hardware-table)");

    /// <summary>Writes one accelerator as a table that a later one reads.</summary>
    public static void Save(string file, Accelerator accelerator)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Plan.JsonOptions))
        {
            json.WriteStartObject();
            json.WriteStartObject(accelerator.Name);
            json.WriteString("description", accelerator.Description);
            json.WriteStartObject("peak_tflops");
            foreach (var (precision, peak) in accelerator.PeakFlops)
                json.WriteNumber(precision, peak / 1e12);
            json.WriteEndObject();
            Number("memory_gb", accelerator.Memory / 1e9);
            Number("bandwidth_gb_s", accelerator.Bandwidth / 1e9);
            Number("watts", accelerator.Watts);
            Number("server_watts", accelerator.ServerWatts);
            Number("price_per_hour", accelerator.PricePerHour);
            Number("purchase_price", accelerator.PurchasePrice);
            json.WriteString("source", accelerator.Source);
            json.WriteString("price_source", accelerator.PriceSource);
            json.WriteEndObject();
            json.WriteEndObject();

            void Number(string key, double? value)
            {
                if (value is { } known)
                    json.WriteNumber(key, known);
            }
        }
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        File.WriteAllBytes(file, stream.ToArray());
    }

    private void Read(string file)
    {
        using var stream = File.OpenRead(file);
        Read(stream, file);
    }

    private void Read(Stream stream, string file)
    {
        try
        {
            using var json = JsonDocument.Parse(stream);
            foreach (var entry in json.RootElement.EnumerateObject())
            {
                var reader = new EntryReader(entry, file);
                var peaks = reader.Object("peak_tflops").EnumerateObject()
                    .ToDictionary(p => p.Name, p => reader.Positive(p.Value, $"peak_tflops.{p.Name}") * 1e12);
                foreach (var precision in peaks.Keys)
                    reader.Check(() => Accelerator.BytesPerValue(precision));
                _accelerators[entry.Name] = new Accelerator(
                    entry.Name, reader.Text("description") ?? entry.Name, peaks,
                    reader.Required("memory_gb") * 1e9, reader.Required("bandwidth_gb_s") * 1e9,
                    reader.Optional("watts"), reader.Optional("server_watts"), reader.Optional("price_per_hour"),
                    reader.Optional("purchase_price"),
                    reader.Text("source") ?? file, reader.Text("price_source") ?? reader.Text("source") ?? file);
                reader.RefuseUnknownKeys();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{file}: not a table of accelerators as JSON ({e.Message})", e);
        }
    }
}
