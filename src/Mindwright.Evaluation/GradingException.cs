namespace Mindwright.Evaluation;

/// <summary>Graders failed at every answer, so that nothing can be said about the model.</summary>
public sealed class GradingException : Exception
{
    /// <summary>Makes the exception without a message.</summary>
    public GradingException()
    {
    }

    /// <summary>Makes the exception with a message that names the task and why its graders failed.</summary>
    public GradingException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with a message and what led to it.</summary>
    public GradingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
