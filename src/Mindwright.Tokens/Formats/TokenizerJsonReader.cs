using System.Globalization;
using System.Text;
using System.Text.Json;
using Mindwright.Tokens.Bpe;
using Mindwright.Tokens.Normalization;
using Mindwright.Tokens.PreTokenization;

namespace Mindwright.Tokens.Formats;

/// <summary>Reads Hugging Face's <c>tokenizer.json</c>. What is not supported is named, never approximated.</summary>
internal static class TokenizerJsonReader
{
    public static Tokenizer Read(ReadOnlyMemory<byte> bytes, string file)
    {
        try
        {
            if (bytes.Span.StartsWith("\uFEFF"u8))
                bytes = bytes[3..];
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            // A GPT-2 vocabulary is an object of numbers, and "model" one of its tokens.
            return root.TryGetProperty("model", out var model) && model.ValueKind == JsonValueKind.Number ? Gpt2Files.Read(root, file)
                : Given(root, "model", out _) || !root.EnumerateObject().Any(p => p.Value.ValueKind == JsonValueKind.Number) ? Read(root)
                : Gpt2Files.Read(root, file);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file} is not valid JSON: {e.Message}", e);
        }
        catch (NotSupportedException e)
        {
            throw new NotSupportedException($"{file}: {e.Message}", e);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{file}: {e.Message}", e);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"{file} is not a tokenizer.json: {e.Message}", e);
        }
    }

    private static Tokenizer Read(JsonElement root)
    {
        var model = root.GetProperty("model");
        var type = Text(model, "type") ?? (model.TryGetProperty("merges", out _) ? "BPE" : "unnamed");
        if (type != "BPE")
            throw new NotSupportedException($"a model of type {type} is not supported in tokenizer.json; BPE is");
        foreach (var name in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
            if (Text(model, name) is { Length: > 0 } affix)
                throw new NotSupportedException($"{name} '{affix}' is not supported");
        if (model.TryGetProperty("dropout", out var dropout) && dropout.ValueKind == JsonValueKind.Number && dropout.GetDouble() != 0)
            throw new NotSupportedException("dropout at inference is not supported; ask for it when encoding");

        var added = ReadAdded(root);
        var steps = new List<Normalizer>();
        if (Given(root, "normalizer", out var normalizer))
            ReadNormalizer(normalizer, steps);
        var isByteLevel = false;
        PreTokenizer? preTokenizer = null;
        if (Given(root, "pre_tokenizer", out var element))
            preTokenizer = ReadPreTokenizer(element, steps, ref isByteLevel);
        var decoder = Given(root, "decoder", out element) ? DecoderTypes(element).ToArray() : [];
        var parts = isByteLevel
            ? ReadByteLevel(model, added, preTokenizer ?? new WholeTextPreTokenizer())
            : ReadCharacters(model, added, preTokenizer, decoder);
        return new Tokenizer(parts with
        {
            Normalizer = steps.Count == 0 ? null : steps.Count == 1 ? steps[0] : new NormalizerSequence(steps),
            Template = Given(root, "post_processor", out element) ? ReadTemplate(element) : IdTemplate.Empty,
        });
    }

    private static TokenizerParts ReadByteLevel(JsonElement model, List<AddedToken> added, PreTokenizer preTokenizer)
    {
        if (Flag(model, "byte_fallback"))
            throw new NotSupportedException("byte_fallback in a byte-level model is not supported");
        var builder = ReadVocabulary(model, ByteAlphabet.ToBytes);
        return TokenizerParts.ByteLevel(builder.Tokens, builder.Merges(), Flag(model, "ignore_merges"), added, preTokenizer);
    }

    private static TokenizerParts ReadCharacters(JsonElement model, List<AddedToken> added, PreTokenizer? preTokenizer, string[] decoder)
    {
        var builder = ReadVocabulary(model, Encoding.UTF8.GetBytes);
        var surface = builder.Tokens;
        var output = new byte[]?[surface.Count];
        var spaces = decoder.Contains("Replace") || decoder.Contains("Metaspace");
        for (var id = 0; id < output.Length; id++)
            output[id] = surface[id] is { } bytes ? spaces ? new ReplaceNormalizer("▁"u8.ToArray(), " "u8.ToArray()).Apply(bytes, false) ?? bytes : bytes : null;
        int[]? byteIds = null;
        if (Flag(model, "byte_fallback"))
        {
            byteIds = new int[256];
            for (var b = 0; b < 256; b++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"<0x{b:X2}>");
                if (!builder.Ids.TryGetValue(name, out byteIds[b]))
                    throw new InvalidDataException($"byte_fallback is on, but the vocabulary lacks {name}");
                output[byteIds[b]] = [(byte)b];
                surface[byteIds[b]] = null;
            }
        }
        var unknown = Text(model, "unk_token") is { } name2 && builder.Ids.TryGetValue(name2, out var id2) ? id2 : -1;
        var vocabulary = TokenizerParts.Ordinary(surface, added);
        return new TokenizerParts
        {
            Output = TokenizerParts.WithAdded(output, added),
            Model = new BpeModel(
                vocabulary, builder.Merges(), Flag(model, "ignore_merges"), new Characters(vocabulary, byteIds, unknown, Flag(model, "fuse_unk"))),
            PreTokenizer = preTokenizer ?? (vocabulary.HasInside(MetaspacePreTokenizer.Mark) ? new WholeTextPreTokenizer() : new MetaspacePreTokenizer(keepRuns: true)),
            Added = added,
            StripsLeadingSpace = decoder.Contains("Strip") || decoder.Contains("Metaspace"),
        };
    }

    private static BpeBuilder ReadVocabulary(JsonElement model, Func<string, byte[]?> toBytes)
    {
        var builder = new BpeBuilder(toBytes);
        foreach (var entry in model.GetProperty("vocab").EnumerateObject())
            builder.AddToken(entry.Name, entry.Value.GetInt32());
        foreach (var entry in model.GetProperty("merges").EnumerateArray())
        {
            if (entry.ValueKind == JsonValueKind.Array)
            {
                builder.AddMerge(entry[0].GetString()!, entry[1].GetString()!);
                continue;
            }
            var text = entry.GetString()!;
            var space = text.IndexOf(' ', 1);
            if (space < 0)
                throw new InvalidDataException($"the merge '{text}' has no space");
            builder.AddMerge(text[..space], text[(space + 1)..]);
        }
        return builder;
    }

    private static void ReadNormalizer(JsonElement element, List<Normalizer> steps)
    {
        switch (Text(element, "type"))
        {
            case "Sequence":
                foreach (var step in element.GetProperty("normalizers").EnumerateArray())
                    ReadNormalizer(step, steps);
                break;
            case "NFC":
                steps.Add(new UnicodeNormalizer(compatibility: false));
                break;
            case "NFKC":
                steps.Add(new UnicodeNormalizer(compatibility: true));
                break;
            case "Prepend":
                steps.Add(new PrependNormalizer(Encoding.UTF8.GetBytes(Text(element, "prepend")!)));
                break;
            case "Replace":
                if (Text(element.GetProperty("pattern"), "String") is not { Length: > 0 } pattern)
                    throw new NotSupportedException("the normalizer Replace with a regular expression is not supported");
                steps.Add(new ReplaceNormalizer(Encoding.UTF8.GetBytes(pattern), Encoding.UTF8.GetBytes(Text(element, "content")!)));
                break;
            case var other:
                throw new NotSupportedException($"the normalizer {other} is not supported; NFC, NFKC, Prepend, Replace and Sequence are");
        }
    }

    private static PreTokenizer? ReadPreTokenizer(JsonElement element, List<Normalizer> steps, ref bool isByteLevel)
    {
        switch (Text(element, "type"))
        {
            case "Sequence":
                PreTokenizer? all = null;
                foreach (var part in element.GetProperty("pretokenizers").EnumerateArray())
                    if (ReadPreTokenizer(part, steps, ref isByteLevel) is { } next)
                        all = all is null ? next : new PreTokenizerSequence(all, next);
                return all;
            case "ByteLevel":
                isByteLevel = true;
                if (Flag(element, "add_prefix_space"))
                    steps.Add(new LeadingSpaceNormalizer(" "u8.ToArray()));
                return !element.TryGetProperty("use_regex", out var useRegex) || useRegex.GetBoolean() ? KnownPatterns.Gpt2 : null;
            case "Split":
                var behavior = Text(element, "behavior");
                // Known patterns match all of a text, so that matches isolated, or all but matches removed, are one thing.
                if (!(behavior == "Isolated" || (behavior == "Removed" && Flag(element, "invert"))))
                    throw new NotSupportedException($"the pre-tokenizer Split with behavior {behavior} is not supported");
                return PreTokenizer.FromPattern(Text(element.GetProperty("pattern"), "Regex")
                    ?? throw new NotSupportedException("the pre-tokenizer Split by a fixed string is not supported"));
            case "Digits":
                return new DigitsPreTokenizer(Flag(element, "individual_digits"));
            case "Metaspace":
                var mark = Text(element, "replacement");
                if (mark != "▁")
                    throw new NotSupportedException($"the pre-tokenizer Metaspace with replacement '{mark}' is not supported");
                steps.Add(new ReplaceNormalizer(" "u8.ToArray(), "▁"u8.ToArray()));
                var scheme = Text(element, "prepend_scheme") ?? (!element.TryGetProperty("add_prefix_space", out var prefix) || prefix.GetBoolean() ? "always" : "never");
                if (scheme != "never")
                    steps.Add(new LeadingSpaceNormalizer("▁"u8.ToArray(), onlyAtStart: scheme == "first"));
                return element.TryGetProperty("split", out var split) && !split.GetBoolean() ? null : new MetaspacePreTokenizer(keepRuns: false);
            case var other:
                throw new NotSupportedException($"the pre-tokenizer {other} is not supported; ByteLevel, Split, Digits, Metaspace and Sequence are");
        }
    }

    private static IEnumerable<string> DecoderTypes(JsonElement element)
    {
        var type = Text(element, "type");
        if (type == "Sequence")
            return element.GetProperty("decoders").EnumerateArray().SelectMany(DecoderTypes);
        return type is "ByteLevel" or "Replace" or "ByteFallback" or "Fuse" or "Strip" or "Metaspace"
            ? [type]
            : throw new NotSupportedException($"the decoder {type} is not supported; ByteLevel, Replace, ByteFallback, Fuse, Strip, Metaspace and Sequence are");
    }

    private static IdTemplate ReadTemplate(JsonElement element)
    {
        switch (Text(element, "type"))
        {
            case "ByteLevel":
                return IdTemplate.Empty;
            case "Sequence":
                return element.GetProperty("processors").EnumerateArray().Select(ReadTemplate).FirstOrDefault(t => t != IdTemplate.Empty) ?? IdTemplate.Empty;
            case "TemplateProcessing":
                var known = element.GetProperty("special_tokens");
                var sides = (Before: new List<int>(), After: new List<int>());
                var side = sides.Before;
                foreach (var item in element.GetProperty("single").EnumerateArray())
                {
                    if (item.TryGetProperty("Sequence", out _))
                        side = sides.After;
                    else
                        side.AddRange(known.GetProperty(Text(item.GetProperty("SpecialToken"), "id")!).GetProperty("ids").EnumerateArray().Select(i => i.GetInt32()));
                }
                return new IdTemplate(sides.Before, sides.After);
            case var other:
                throw new NotSupportedException($"the post-processor {other} is not supported; ByteLevel, TemplateProcessing and Sequence are");
        }
    }

    private static List<AddedToken> ReadAdded(JsonElement root)
    {
        var added = new List<AddedToken>();
        if (!Given(root, "added_tokens", out var tokens))
            return added;
        foreach (var token in tokens.EnumerateArray())
        {
            added.Add(new AddedToken(token.GetProperty("id").GetInt32(), token.GetProperty("content").GetString()!)
            {
                IsSpecial = Flag(token, "special"),
                IsSingleWord = Flag(token, "single_word"),
                StripsLeft = Flag(token, "lstrip"),
                StripsRight = Flag(token, "rstrip"),
                IsNormalized = Flag(token, "normalized"),
            });
        }
        return added;
    }

    private static bool Given(JsonElement element, string name, out JsonElement value) =>
        element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    private static bool Flag(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
