using System.Reflection;
using Mindwright.Evaluation;
using Mindwright.Model;
using Mindwright.Runs.Recipes;

namespace Mindwright.Cli.Common;

/// <summary>What the process tells its caller; the table stands in docs/architecture.md.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int BadRecipe = 3;
    public const int BadData = 4;
    public const int Device = 5;
    public const int QualityGate = 6;
    public const int Interrupted = 130;

    /// <summary>The exit code of a command that ended with this exception (already <see cref="Unwrap">unwrapped</see>).</summary>
    public static int For(Exception exception) => exception switch
    {
        UsageException => Usage,
        RecipeException => BadRecipe,
        InvalidDataException or FileNotFoundException or DirectoryNotFoundException => BadData,
        DeviceException or OutOfMemoryException => Device,
        QualityGateException => QualityGate,
        OperationCanceledException => Interrupted,
        _ => Failed,
    };

    /// <summary>The exception that tells what happened: parallel loops, reflection and static constructors wrap it in others.</summary>
    public static Exception Unwrap(Exception exception)
    {
        while (exception is AggregateException or TargetInvocationException or TypeInitializationException
            && exception.InnerException is { } inner)
            exception = inner;
        return exception;
    }
}
