using System.Text;

namespace Mindwright.Cli.Common;

/// <summary>What is known of the terminal, if there is one.</summary>
internal static class Terminal
{
    /// <summary>Whether a person watches: standard output is a terminal that can move its cursor, and plain text wasn't asked for.</summary>
    /// <remarks><c>NO_COLOR</c> (no-color.org) and <c>TERM=dumb</c> ask for plain text.</remarks>
    public static bool IsLive =>
        !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>Makes the console's text UTF-8 without a byte order mark, whatever the system's code page.</summary>
    public static void UseUtf8()
    {
        try
        {
            Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        }
        catch (IOException)
        {
            // A process without a console keeps the default, which is UTF-8 wherever there is none.
        }
    }

    /// <summary>Shows the cursor again, which a live display hides.</summary>
    public static void Restore()
    {
        if (IsLive)
            Console.Out.Write("\e[?25h\e[0m\n");
    }
}
