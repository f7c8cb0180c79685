using Mindwright.Cli.Common;
using Mindwright.Inference.Generation;

namespace Mindwright.Cli.Display;

/// <summary>Writes an answer as it comes: thinking dimmed on a terminal, and between <c>&lt;think&gt;</c> lines elsewhere.</summary>
internal sealed class ChatPrinter(Output output)
{
    private const string Dim = "\e[2m";
    private const string Normal = "\e[0m";

    private bool _isThinking;

    public void Print(ChatPiece piece)
    {
        if (piece.IsThinking != _isThinking)
            Switch(piece.IsThinking);
        output.Text.Write(piece.Text);
        output.Text.Flush();
    }

    /// <summary>Ends the answer, also one that was broken off.</summary>
    public void End()
    {
        if (_isThinking)
            Switch(false);
        output.Line();
    }

    private void Switch(bool toThinking)
    {
        _isThinking = toThinking;
        output.Text.Write((output.IsLive, toThinking) switch
        {
            (true, true) => Dim,
            (true, false) => Normal + "\n\n",
            (false, true) => "<think>\n",
            (false, false) => "\n</think>\n",
        });
    }
}
