using Mindwright.Data.BuiltIn;
using Mindwright.Tokens.Chat;

namespace Mindwright.Data.Tests.BuiltIn;

public class ConversationsTests
{
    private static readonly Dictionary<BuiltInConversations, int> Counts = new()
    {
        [BuiltInConversations.ApiReference] = 3000,
        [BuiltInConversations.SmallTalk] = 1500,
        [BuiltInConversations.World] = 1500,
        [BuiltInConversations.Compare] = 500,
        [BuiltInConversations.Multiply] = 500,
    };

    private static readonly Lazy<IReadOnlyList<Conversation>> All = new(() => Create(1));

    [Fact]
    public void Every_conversation_goes_from_a_question_to_an_answer()
    {
        Assert.Equal(Counts.Values.Sum(), All.Value.Count);
        Assert.All(All.Value, conversation =>
        {
            var roles = conversation.Messages.Select(m => m.Role).ToList();
            if (roles[0] == ChatRole.System)
                roles.RemoveAt(0);
            Assert.True(roles.Count >= 2 && roles.Count % 2 == 0);
            Assert.All(roles.Select((role, i) => (role, i)), at => Assert.Equal(at.i % 2 == 0 ? ChatRole.User : ChatRole.Assistant, at.role));
            Assert.All(conversation.Messages, m => Assert.Equal(m.Content.Trim(), m.Content));
            Assert.All(conversation.Messages, m => Assert.NotEmpty(m.Content));
        });
    }

    [Fact]
    public void The_same_seed_gives_the_same_conversations()
    {
        Assert.Equal(Texts(All.Value), Texts(Create(1)));
        Assert.NotEqual(Texts(All.Value), Texts(Create(2)));
    }

    [Fact]
    public void No_held_out_member_is_named_and_no_held_out_summary_told()
    {
        var heldOut = SdkDocsTests.Installed.Value.HeldOut;
        var (names, summaries) = (heldOut.Select(m => m.Name).ToHashSet(), heldOut.Select(m => m.Summary).ToHashSet());
        foreach (var message in All.Value.SelectMany(conversation => conversation.Messages))
        {
            Assert.DoesNotContain(message.Content, summaries);
            if (message.Role == ChatRole.User && message.Content.Split('`') is { Length: 3 or 5 } parts)
                Assert.DoesNotContain(parts[^2], names);
        }
    }

    [Fact]
    public void Problems_are_thought_through_and_nothing_else_is()
    {
        var thoughtful = All.Value.Where(c => c.Messages.Any(m => m.Thinking is not null)).ToList();
        Assert.Equal(Counts[BuiltInConversations.Compare] + Counts[BuiltInConversations.Multiply], thoughtful.Count);
        Assert.All(thoughtful, conversation =>
        {
            var answer = conversation.Messages[^1];
            Assert.EndsWith($" so {answer.Content}", answer.Thinking);
        });
    }

    [Fact]
    public void A_small_talk_name_is_the_one_the_system_message_gives()
    {
        var asked = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "What is your name?", "Who are you?", "Do you have a name?" };
        var (own, given) = (0, 0);
        foreach (var messages in All.Value.Select(c => c.Messages))
        {
            var question = messages.ToList().FindIndex(m => asked.Contains(m.Content));
            if (question < 0)
                continue;
            var system = messages[0].Role == ChatRole.System ? messages[0].Content : Conversations.SystemPrompt;
            var answer = messages[question + 1].Content;
            var name = system.Contains("Mindwright", StringComparison.Ordinal) ? "Mindwright" : answer.Split(' ')[^1].TrimEnd('.');
            Assert.Contains(name, answer);
            Assert.Contains(name, system);
            (own, given) = name == "Mindwright" ? (own + 1, given) : (own, given + 1);
        }
        Assert.True(own > 20 && given > 10, $"{own} own, {given} given");
    }

    [Fact]
    public void Questions_for_measuring_have_the_true_summary_and_come_once()
    {
        var heldOut = SdkDocsTests.Installed.Value.HeldOut;
        var questions = Conversations.DocQuestions(heldOut, 200, 1);
        Assert.Equal(200, questions.Count);
        Assert.Equal(questions, Conversations.DocQuestions(heldOut, 200, 1));
        Assert.Equal(200, questions.Select(q => q.Question.Split('`')[1]).Distinct().Count());
        Assert.All(questions, q => Assert.Contains(heldOut, m => m.Name == q.Question.Split('`')[1] && m.Summary == q.Summary));
    }

    [Fact]
    public void Follow_ups_can_stand_alone()
    {
        var member = new ApiMember
        {
            Id = "M:A.B.C(System.Int32)",
            Kind = ApiMemberKind.Method,
            Namespace = "A",
            Type = "B",
            Name = "B.C",
            Signature = "B.C(int x)",
            Summary = "Does something useful.",
            Returns = "A value.",
            Parameters = [new("x", "An x.")],
            Exceptions = [new("IOException", "It failed.")],
        };
        var followUps = MemberQuestions.FollowUps(member, new Random(1));
        Assert.Equal(
            ["What does `B.C` return?", "What is the parameter `x` of `B.C`?", "Which exception does `B.C` throw?", "In which namespace is `B.C`?"],
            followUps.Select(f => MemberQuestions.StandingAlone(f.Question, member)));
        Assert.Equal(["A value.", "An x.", "IOException: It failed.", "It is in A."], followUps.Select(f => f.Answer));
    }

    [Fact]
    public void Without_members_there_are_no_questions_about_them()
    {
        Assert.Throws<ArgumentException>(() => Conversations.Create(BuiltInConversations.ApiReference, 1, 1, []));
        Assert.Equal(7, Conversations.Create(BuiltInConversations.World, 7, 1, []).Count);
    }

    private static List<Conversation> Create(int seed) =>
        [.. Counts.SelectMany(kind => Conversations.Create(kind.Key, kind.Value, seed, SdkDocsTests.Installed.Value.Train))];

    private static List<string> Texts(IEnumerable<Conversation> conversations) =>
        [.. conversations.Select(c => string.Join('\n', c.Messages.Select(m => $"{m.Role}: {m.Thinking}|{m.Content}")))];
}
