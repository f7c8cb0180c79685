using System.Text.Json;
using Mindwright.Data.Problems;
using Mindwright.Evaluation.Graders;
using Mindwright.Testing;
using Mindwright.Tokens.Chat;

namespace Mindwright.Evaluation.Tests.Graders;

/// <summary>The programs are shell scripts, so these tests are skipped where there is no <c>/bin/sh</c>.</summary>
public sealed class ProcessGraderTests
{
    private static readonly Problem s_problem = new(
        "sums", [new ChatMessage(ChatRole.System, "Count."), new ChatMessage(ChatRole.User, "1+1?")], "2");

    [Fact]
    public async Task A_program_is_told_everything_and_gives_a_score_with_parts()
    {
        using var folder = new TempFolder();
        var (grader, end) = Open($$$"""while read -r line; do printf '%s\n' "$line" > '{{{folder["seen"]}}}'; echo '{"score": 0.5, "parts": {"style": 0.25}}'; done""");
        using (end)
        {
            var grade = await grader.GradeAsync(s_problem, new(new ChatMessage(ChatRole.Assistant, "äh, \"2\"\n") { Thinking = "two" }, Ended: false));
            Assert.Equal((0.5, 0.25, false), (grade.Score, grade.Parts["style"], grade.IsFailed));
        }
        using var seen = JsonDocument.Parse(File.ReadAllText(folder["seen"]));
        var json = seen.RootElement;
        Assert.Equal(("1+1?", "äh, \"2\"\n", "2", "two"), (json.Text("question"), json.Text("answer"), json.Text("expected"), json.Text("thinking")));
        Assert.Equal(["system", "user"], json.Get("messages").EnumerateArray().Select(message => message.Text("role")));
        Assert.Equal(("sums", false), (json.Text("kind"), json.Get("ended").GetBoolean()));
    }

    [Theory]
    [InlineData("read -r line; echo '{\"error\": \"no power\"}'", "says: no power")]
    [InlineData("read -r line; echo 'yes'", "but with: yes")]
    [InlineData("read -r line; echo '{\"score\": \"high\"}'", "but with: {\"score\": \"high\"}")]
    [InlineData("read -r line; echo '{\"score\": 1e999}'", "1e999")]
    [InlineData("read -r line; echo '{\"score\": 1, \"parts\": [1]}'", "parts")]
    [InlineData("read -r line; echo", "an empty line")]
    [InlineData("read -r line; echo 'out of memory' >&2; exit 9", "exit code 9 before it had answered: out of memory")]
    [InlineData("exit 9", "exit code 9")]
    [InlineData("read -r line; echo waiting >&2; sleep 600", "within 1 seconds: waiting")]
    public async Task What_is_no_grade_is_a_failure_that_says_why(string script, string message)
    {
        var (grader, end) = Open(script, seconds: 1);
        using (end)
        {
            var grade = await grader.GradeAsync(s_problem, Answer.Of("2"));
            Assert.True(grade.IsFailed);
            Assert.Contains(message, grade.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_program_that_failed_is_started_anew_for_the_next_answer()
    {
        var (grader, end) = Open("""while read -r line; do case "$line" in *crash*) exit 1;; *nonsense*) echo nonsense;; *) echo "{\"score\": $$}";; esac; done""");
        using (end)
        {
            async Task<double?> Id(string answer) => await grader.GradeAsync(s_problem, Answer.Of(answer)) is { IsFailed: false } grade ? grade.Score : null;
            var first = await Id("2");
            Assert.Equal(first, await Id("2"));
            Assert.Null(await Id("crash"));
            var second = await Id("2");
            Assert.NotEqual(first, second);
            Assert.Null(await Id("nonsense"));
            Assert.NotEqual(second, await Id("2"));
        }
    }

    [Fact]
    public async Task Answers_that_are_graded_at_once_get_their_own_grades()
    {
        var (grader, end) = Open("""while read -r line; do echo "{\"score\": $(echo "$line" | sed 's/.*"answer":"\([0-9]*\)".*/\1/')}"; done""");
        using (end)
        {
            var grades = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () => await grader.GradeAsync(s_problem, Answer.Of($"{i}")))));
            Assert.Equal(Enumerable.Range(0, 20).Select(i => (double)i), grades.Select(grade => grade.Score));
        }
    }

    [Fact]
    public async Task Grading_can_be_cancelled()
    {
        var (grader, end) = Open("sleep 600", seconds: 600);
        using (end)
        {
            using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await grader.GradeAsync(s_problem, Answer.Of("2"), cancellation.Token));
        }
    }

    private static (IGrader Grader, IDisposable End) Open(string script, double seconds = 30)
    {
        Assert.SkipUnless(File.Exists("/bin/sh"), "needs /bin/sh");
        var grader = GraderList.Open([new() { Name = "process", Command = ["/bin/sh", "-c", script], TimeoutSeconds = seconds }]);
        return (grader, Assert.IsAssignableFrom<IDisposable>(grader));
    }
}
