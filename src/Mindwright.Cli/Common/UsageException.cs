namespace Mindwright.Cli.Common;

/// <summary>A command line that parses but can't be meant, such as two options that exclude each other.</summary>
/// <param name="message">Names the option and what would put it right.</param>
internal sealed class UsageException(string message) : Exception(message)
{
    /// <summary>What an argument's exception says, without the name of the parameter that the platform adds.</summary>
    public static string TextOf(ArgumentException exception) => exception.Message.Split(" (Parameter", 2)[0];
}
