using Mindwright.Tokens;

namespace Mindwright.Training.Stages.Pretrain;

/// <summary>A stretch of text of which the beginning is given and the rest is asked for.</summary>
/// <param name="Tokens">Token ids.</param>
/// <param name="Given">How many of them are given, at least one.</param>
internal sealed record Passage(int[] Tokens, int Given)
{
    /// <summary>Encodes a context and what follows it, together, as in text, behind the end-of-text token.</summary>
    public static Passage Encode(Tokenizer tokenizer, int endOfText, string context, string rest)
    {
        var whole = tokenizer.Encode(context + rest);
        // Tokens that the context alone and the context with the rest begin with alike: the last one may reach over the seam.
        var given = tokenizer.Encode(context).Zip(whole).TakeWhile(pair => pair.First == pair.Second).Count();
        return new Passage([endOfText, .. whole], 1 + given);
    }
}
