using Mindwright.Tokens.Chat;

namespace Mindwright.Data.BuiltIn;

/// <summary>Conversations to fine-tune on, and questions to measure with, made from the built-in corpus.</summary>
internal static class Conversations
{
    /// <summary>The system message that a part of the conversations begins with, and that a chat may use.</summary>
    public const string SystemPrompt =
        "You are Mindwright, a small language model that was trained on this machine. You answer briefly and say when you do not know.";

    /// <summary>
    /// Makes conversations of one kind. Reasoning problems are of the training side. The result depends on kind, number and seed only.
    /// </summary>
    /// <param name="kind">Their subject.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">The same seed gives the same conversations.</param>
    /// <param name="members">The members that may be asked about, for <see cref="BuiltInConversations.ApiReference"/>: <see cref="SdkDocs.Train"/>.</param>
    /// <exception cref="ArgumentException">Conversations about members are asked for, and no member can be asked about.</exception>
    public static IReadOnlyList<Conversation> Create(BuiltInConversations kind, int count, int seed, IReadOnlyList<ApiMember>? members = null) => [.. kind switch
    {
        BuiltInConversations.ApiReference => AboutMembers(members ?? [], count, new Random(seed)),
        BuiltInConversations.SmallTalk => SmallTalks(count, new Random(seed + 1)),
        BuiltInConversations.World => AboutTheWorld(count, new Random(seed + 2)),
        BuiltInConversations.Compare => Reasoned(ReasoningProblems.Compare, count, seed + 3),
        _ => Reasoned(ReasoningProblems.Multiply, count, seed + 4),
    }];

    /// <summary>
    /// Questions about members with their true summaries, to measure answers against. Members come in random order, none twice.
    /// </summary>
    /// <param name="heldOutMembers">The members to ask about: <see cref="SdkDocs.HeldOut"/>.</param>
    /// <param name="count">How many at most; there are fewer where there are fewer members with a short summary.</param>
    /// <param name="seed">The same seed gives the same questions.</param>
    public static IReadOnlyList<(string Question, string Summary)> DocQuestions(IReadOnlyList<ApiMember> heldOutMembers, int count, int seed)
    {
        var random = new Random(seed);
        var members = MemberQuestions.Answerable(heldOutMembers).ToArray();
        random.Shuffle(members);
        return [.. members.Take(count).Select(member => (MemberQuestions.AskSummary(member, random), member.Summary))];
    }

    /// <summary>The conversation for a reasoning problem: the question, then the answer with the worked solution as its thinking.</summary>
    public static Conversation FromProblem(ReasoningProblem problem) =>
        new([new(ChatRole.User, problem.Question), new(ChatRole.Assistant, problem.Answer) { Thinking = problem.Thinking }]);

    private static IEnumerable<Conversation> AboutMembers(IReadOnlyList<ApiMember> members, int count, Random random)
    {
        var answerable = MemberQuestions.Answerable(members).ToArray();
        if (count > 0 && answerable.Length == 0)
            throw new ArgumentException($"None of the {members.Count} members has a summary that could answer a question.", nameof(members));
        for (var made = 0; made < count; made++)
        {
            if (made % answerable.Length == 0)
                random.Shuffle(answerable);
            var member = answerable[made % answerable.Length];
            var followUps = MemberQuestions.FollowUps(member, random);
            var followUp = followUps.Count > 0 ? followUps[random.Next(followUps.Count)] : default;
            var (asksSummary, goesOn) = (followUp == default || random.Next(5) < 4, followUp != default && random.Next(6) == 0);
            var messages = new List<ChatMessage>();
            if (asksSummary)
                Turn(MemberQuestions.AskSummary(member, random), member.Summary);
            else
                Turn(MemberQuestions.StandingAlone(followUp.Question, member), followUp.Answer);
            if (asksSummary && goesOn)
                Turn(followUp.Question, followUp.Answer);
            yield return WithSystem(messages, random);

            void Turn(string question, string answer)
            {
                messages.Add(new(ChatRole.User, question));
                messages.Add(new(ChatRole.Assistant, answer));
            }
        }
    }

    private static IEnumerable<Conversation> SmallTalks(int count, Random random)
    {
        var smallTalk = new SmallTalk(random);
        return Enumerable.Range(0, count).Select(_ => WithSystem(smallTalk.Conversation(), random));
    }

    private static IEnumerable<Conversation> AboutTheWorld(int count, Random random)
    {
        var topics = new WorldTopics(random);
        for (var made = 0; made < count; made++)
        {
            var messages = new List<ChatMessage>();
            for (var turns = random.Next(5) == 0 ? 2 : 1; turns > 0; turns--)
            {
                var (question, answer) = topics.Question();
                messages.Add(new(ChatRole.User, question));
                messages.Add(new(ChatRole.Assistant, answer));
            }
            yield return WithSystem(messages, random);
        }
    }

    private static IEnumerable<Conversation> Reasoned(string kind, int count, int seed)
    {
        var random = new Random(seed);
        return ReasoningProblems.Generate(kind, count, seed, Split.Train).Select(problem => WithSystem([.. FromProblem(problem).Messages], random));
    }

    /// <summary>Puts the system message before one conversation in six that has none.</summary>
    private static Conversation WithSystem(List<ChatMessage> messages, Random random)
    {
        if (messages[0].Role != ChatRole.System && random.Next(6) == 0)
            messages.Insert(0, new(ChatRole.System, SystemPrompt));
        return new(messages);
    }
}
