using System.Text.Json.Nodes;

namespace Mindwright.Inference.Files;

/// <summary>How rotary wavelengths are stretched, for contexts longer than those a model was first trained on.</summary>
/// <param name="Factor">Positions are divided by this.</param>
/// <param name="Bands">Which wavelengths; null stretches all alike (Chen et al. 2023).</param>
public sealed record RopeScaling(double Factor, RopeBands? Bands = null)
{
    /// <summary>What a wavelength becomes, both in tokens a radian.</summary>
    public double Stretch(double wavelength)
    {
        if (Bands is null)
            return wavelength * Factor;
        var turns = Bands.OriginalContext / (2 * Math.PI * wavelength); // in the original context
        var kept = Math.Clamp((turns - Bands.Low) / (Bands.High - Bands.Low), 0, 1);
        return 1 / ((1 - kept) / (Factor * wavelength) + kept / wavelength);
    }

    /// <summary>Reads the <c>rope_scaling</c> or <c>rope_parameters</c> of a <c>config.json</c>; null where nothing is stretched.</summary>
    /// <exception cref="InvalidDataException">It requires another kind of scaling; the message names it.</exception>
    internal static RopeScaling? Read(JsonObject? json)
    {
        if (json is null)
            return null;
        var kind = (json["rope_type"] ?? json["type"])?.GetValue<string>() ?? "default";
        return kind switch
        {
            "default" => null,
            "linear" => new RopeScaling(Number("factor")),
            "llama3" => new RopeScaling(Number("factor"), new RopeBands(Number("low_freq_factor"), Number("high_freq_factor"), Number("original_max_position_embeddings"))),
            _ => throw new InvalidDataException($"rotary positions scaled by \"{kind}\" are not supported; linear and llama3 are"),
        };

        double Number(string key) => json[key]?.GetValue<double>() ?? throw new InvalidDataException($"rope_scaling lacks {key}");
    }

    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["rope_type"] = Bands is null ? "linear" : "llama3", ["factor"] = Factor };
        if (Bands is not null)
        {
            json["low_freq_factor"] = Bands.Low;
            json["high_freq_factor"] = Bands.High;
            json["original_max_position_embeddings"] = (long)Bands.OriginalContext;
        }
        return json;
    }
}

/// <summary>The bands of Llama 3.1: wavelengths that turn often in the original context stay, those that hardly turn are stretched, between the two is a ramp.</summary>
/// <param name="Low">Up to so many turns a wavelength is stretched in full.</param>
/// <param name="High">From so many turns on it stays.</param>
/// <param name="OriginalContext">Tokens of the context before stretching.</param>
public sealed record RopeBands(double Low, double High, double OriginalContext);
