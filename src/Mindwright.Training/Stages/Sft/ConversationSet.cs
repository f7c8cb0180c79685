using Mindwright.Data;
using Mindwright.Data.BuiltIn;
using Mindwright.Runs.Recipes;
using Mindwright.Tokens.Chat;

namespace Mindwright.Training.Stages.Sft;

/// <summary>The conversations of a recipe: what is learned, what is only measured, and questions with their true answers.</summary>
/// <param name="Learned">Conversations to learn.</param>
/// <param name="HeldOut">Conversations that are only measured.</param>
/// <param name="Questions">Questions that nothing learned holds, with the true answers.</param>
/// <param name="Known">Questions and answers of what the model has learned from, before this stage and in it: for a look-up to answer from.</param>
internal sealed record ConversationSet(
    IReadOnlyList<Conversation> Learned, IReadOnlyList<Conversation> HeldOut, IReadOnlyList<(string Question, string Answer)> Questions,
    IReadOnlyList<(string Question, string Answer)> Known)
{
    private const double HeldOutShare = 0.02;

    // Questions that answers are measured on: enough for an interval of a few points.
    private const int MostQuestions = 150;

    /// <summary>Reads and makes conversations, and shuffles them.</summary>
    /// <exception cref="RecipeException">The recipe names no source.</exception>
    /// <exception cref="FileNotFoundException">A path names nothing.</exception>
    /// <exception cref="InvalidDataException">Something is no conversation, or there are fewer than two: one to learn, one to measure.</exception>
    public static ConversationSet Read(StageContext context, SftSection section, int contextLength)
    {
        var sources = section.AllSources;
        if (sources.Count == 0)
            throw new RecipeException("no conversations to learn from", key: "sft.sources", cure: "name files by sft.paths, or write [[sft.sources]] into the recipe");
        var seed = context.Recipe.Seed;
        var (own, builtIn) = (new List<Conversation>(), new List<Conversation>());
        foreach (var source in sources)
        {
            if (source.BuiltIn is { } kind)
            {
                builtIn.AddRange(Conversations.Create(kind, source.Count, seed, kind == BuiltInConversations.ApiReference ? context.Reference.Train : null));
                continue;
            }
            var files = Corpus.Files(source.Paths);
            own.AddRange(files.SelectMany(ChatJson.ReadFile).Select(messages => new Conversation(messages)));
            context.Uses(string.Join(", ", source.Paths), files);
        }
        if (own.Count + builtIn.Count < 2)
        {
            throw new InvalidDataException(
                $"{string.Join(", ", sources.SelectMany(source => source.Paths))}: {own.Count + builtIn.Count} conversations; at least two are needed, one to learn and one to measure");
        }
        Conversation[] all = [.. own, .. builtIn];
        new Random(seed + 5).Shuffle(all);
        var heldOut = all[..Math.Max(1, (int)(all.Length * HeldOutShare))];
        var learned = all[heldOut.Length..];
        var asksReference = sources.Any(source => source.BuiltIn == BuiltInConversations.ApiReference);
        var ownOnes = own.ToHashSet(ReferenceEqualityComparer.Instance);
        var questions = own.Count > 0
            ? [.. FirstQuestions(heldOut.Where(ownOnes.Contains), context.Tokenizer.Chat, contextLength).Take(MostQuestions)]
            : asksReference ? Conversations.DocQuestions(context.Reference.HeldOut, MostQuestions, seed) : [];
        return new ConversationSet(learned, heldOut, questions, [.. asksReference && own.Count == 0 ? ReadBefore(context) : [], .. learned.SelectMany(Turns)]);
    }

    /// <summary>What pre-training read of the members that are asked about.</summary>
    private static IReadOnlyList<(string Question, string Answer)> ReadBefore(StageContext context)
    {
        var source = context.Recipe.Data.AllSources.FirstOrDefault(source => source.BuiltIn == BuiltInText.ApiReference);
        return source is null ? [] : Conversations.DocQuestions(context.Reference.Sample(source.Documents), int.MaxValue, context.Recipe.Seed);
    }

    /// <summary>The first question of each conversation that fits into the context with an answer, and what the assistant says to it.</summary>
    private static IEnumerable<(string Question, string Answer)> FirstQuestions(IEnumerable<Conversation> conversations, IChatFormat format, int context)
    {
        foreach (var conversation in conversations)
        {
            var turns = conversation.Messages.SkipWhile(m => m.Role == ChatRole.System).Take(2).ToArray();
            if (turns is [{ Role: ChatRole.User } question, { Role: ChatRole.Assistant } answer] && format.EncodePrompt([question]).Length < context / 2)
                yield return (question.Content, answer.Content);
        }
    }

    /// <summary>What the user said, each with the answer.</summary>
    private static IEnumerable<(string Question, string Answer)> Turns(Conversation conversation) =>
        conversation.Messages.Zip(conversation.Messages.Skip(1))
            .Where(turn => turn.First.Role == ChatRole.User && turn.Second.Role == ChatRole.Assistant)
            .Select(turn => (turn.First.Content, turn.Second.Content));
}
