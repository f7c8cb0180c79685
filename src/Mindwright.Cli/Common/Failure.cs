using System.Globalization;

namespace Mindwright.Cli.Common;

/// <summary>How a command that failed says so: one clear message, and no stack trace unless someone asks for it.</summary>
internal static class Failure
{
    /// <summary>The environment variable that asks for the stack trace (set to 1).</summary>
    public const string DebugVariable = "MINDWRIGHT_DEBUG";

    /// <summary>Writes the message to standard error, and as a document to standard output if that is expected and still lacking.</summary>
    /// <returns>The exit code.</returns>
    public static int Report(Exception exception, Output output)
    {
        var cause = ExitCodes.Unwrap(exception);
        var code = ExitCodes.For(cause);
        var debug = Environment.GetEnvironmentVariable(DebugVariable) == "1";
        output.Log(debug ? exception.ToString() : (code == ExitCodes.Interrupted ? "" : "error: ") + MessageOf(cause));
        if (code == ExitCodes.Failed && !debug && !IsExpected(cause))
            output.Log(string.Create(CultureInfo.InvariantCulture, $"({cause.GetType().Name}; set {DebugVariable}=1 to see where it arose)"));
        if (output.Json && !output.HasDocument)
            output.Document(new { Error = new { Message = MessageOf(cause), ExitCode = code } });
        return code;
    }

    // The platform's own texts for a cancellation say less than one word; the text of whoever stopped (what was saved) says more.
    private static string MessageOf(Exception cause) =>
        cause is OperationCanceledException && PlatformTexts.Contains(cause.Message) ? "interrupted" : cause.Message;

    private static readonly string[] PlatformTexts = [new OperationCanceledException().Message, new TaskCanceledException().Message];

    /// <summary>A full disk or a forbidden file is expected on some machines; any other exit 1 may be a defect of the program.</summary>
    private static bool IsExpected(Exception cause) => cause is IOException or UnauthorizedAccessException;
}
