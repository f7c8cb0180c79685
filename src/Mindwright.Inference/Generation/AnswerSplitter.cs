using Mindwright.Tokens;
using Mindwright.Tokens.Chat;

namespace Mindwright.Inference.Generation;

/// <summary>Turns the ids of an answer into pieces of thinking and of speech as they come, without the frame around them.</summary>
internal sealed class AnswerSplitter(Tokenizer tokenizer, IChatFormat format, bool thinkingOpen)
{
    private readonly StreamingDecoder _decoder = new(tokenizer);
    private bool _isThinking = thinkingOpen;
    private bool _isEmpty = true; // nothing but line breaks so far in this part
    private string _held = ""; // line breaks that belong to the text only if more text follows

    /// <summary>Takes an id; returns what is certain now, which may be empty.</summary>
    public ChatPiece Append(int id)
    {
        if (id != format.ThinkStart && id != format.ThinkEnd)
            return Piece(_decoder.Append(id));
        var last = Flush();
        (_isThinking, _isEmpty, _held) = (id == format.ThinkStart, true, "");
        return last;
    }

    /// <summary>Ends the part: what a half character left behind.</summary>
    public ChatPiece Flush() => Piece(_decoder.Flush());

    private ChatPiece Piece(string text)
    {
        if (_isEmpty)
            text = text.TrimStart('\n');
        if (text.Length == 0)
            return new ChatPiece(_isThinking, "");
        _isEmpty = false;
        var body = text.TrimEnd('\n');
        if (body.Length == 0)
        {
            _held += text;
            return new ChatPiece(_isThinking, "");
        }
        var piece = new ChatPiece(_isThinking, _held + body);
        _held = text[body.Length..];
        return piece;
    }
}
