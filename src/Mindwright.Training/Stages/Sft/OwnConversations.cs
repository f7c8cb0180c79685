using Mindwright.Data;
using Mindwright.Data.BuiltIn;
using Mindwright.Tokens.Chat;

namespace Mindwright.Training.Stages.Sft;

/// <summary>Conversations that the user brings.</summary>
internal static class OwnConversations
{
    /// <summary>Reads and shuffles the conversations of files, folders and globs.</summary>
    /// <exception cref="FileNotFoundException">A path names nothing.</exception>
    /// <exception cref="InvalidDataException">Something is no conversation, or there are fewer than two: one to learn, one to measure.</exception>
    public static Conversation[] Read(IReadOnlyList<string> paths, int seed)
    {
        var conversations = Corpus.Files(paths).SelectMany(ChatJson.ReadFile).Select(messages => new Conversation(messages)).ToArray();
        if (conversations.Length < 2)
            throw new InvalidDataException($"{string.Join(", ", paths)}: {conversations.Length} conversations; at least two are needed, one to learn and one to measure");
        new Random(seed).Shuffle(conversations);
        return conversations;
    }

    /// <summary>The first question of each conversation that fits into the context with an answer, and what the assistant says to it.</summary>
    public static IEnumerable<(string Question, string Answer)> Questions(IEnumerable<Conversation> conversations, IChatFormat format, int context)
    {
        foreach (var conversation in conversations)
        {
            var turns = conversation.Messages.SkipWhile(m => m.Role == ChatRole.System).Take(2).ToArray();
            if (turns is [{ Role: ChatRole.User } question, { Role: ChatRole.Assistant } answer] && format.EncodePrompt([question]).Length < context / 2)
                yield return (question.Content, answer.Content);
        }
    }
}
