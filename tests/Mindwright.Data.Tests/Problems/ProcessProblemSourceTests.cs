using System.Diagnostics;
using Mindwright.Data.BuiltIn;
using Mindwright.Data.Problems;
using Mindwright.Testing;

namespace Mindwright.Data.Tests.Problems;

/// <summary>The programs are shell scripts, so these tests are skipped where there is no <c>/bin/sh</c>.</summary>
public sealed class ProcessProblemSourceTests
{
    // Reads a request, takes count and seed out of it, and answers.
    private const string Honest = """
        while read -r line; do
          count=$(echo "$line" | sed 's/.*"count":\([0-9]*\).*/\1/')
          split=$(echo "$line" | sed 's/.*"split":"\([a-z_]*\)".*/\1/')
          seed=$(echo "$line" | sed 's/.*"seed":\([0-9]*\).*/\1/')
          i=0
          while [ $i -lt $count ]; do
            echo "{\"question\": \"$split $seed $i from $$\", \"answer\": $i}"
            i=$((i+1))
          done
        done
        """;

    [Fact]
    public void One_program_answers_request_after_request()
    {
        using var source = Source(Honest);
        var first = source.Draw(Split.Train, 3, 7);
        Assert.Equal(["0", "1", "2"], first.Select(problem => problem.Answer));
        Assert.StartsWith("train 7 0 from ", first[0].Question, StringComparison.Ordinal);
        var second = source.Draw(Split.HeldOut, 1, 8);
        Assert.StartsWith("held_out 8 0 from ", second[0].Question, StringComparison.Ordinal);
        Assert.Equal(first[0].Question.Split(' ')[^1], second[0].Question.Split(' ')[^1]);
        Assert.Equal("sh", source.Name);
    }

    [Fact]
    public void An_empty_line_says_that_no_more_are_held_out_but_training_needs_them_all()
    {
        using var source = Source("while read -r line; do echo '{\"question\": \"q\", \"answer\": 1}'; echo; done");
        Assert.Single(source.Draw(Split.HeldOut, 5, 1));
        Assert.Contains("gave 1 of 5", Assert.Throws<InvalidDataException>(() => source.Draw(Split.Train, 5, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_ignores_the_split_is_found_out()
    {
        using var source = Source("while read -r line; do echo '{\"question\": \"q\", \"answer\": 1}'; done");
        source.Draw(Split.HeldOut, 1, 1);
        Assert.Contains("both to train on and held out: q", Assert.Throws<InvalidDataException>(() => source.Draw(Split.Train, 1, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_is_no_problem_is_named()
    {
        using var source = Source("read -r line; echo '{\"question\": \"q\", \"answer\": 1}'; echo 'Loading…'");
        Assert.Contains("line 2 of its answer: not JSON", Assert.Throws<InvalidDataException>(() => source.Draw(Split.Train, 2, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_ends_is_quoted_and_started_anew_by_the_next_request()
    {
        using var folder = new TempFolder();
        using var source = Source($"if [ -e '{folder["again"]}' ]; then read -r line; echo '{{\"question\": \"q\", \"answer\": 1}}'; exit; fi; "
            + $"touch '{folder["again"]}'; read -r line; echo 'no licence' >&2; exit 3");
        var error = Assert.Throws<IOException>(() => source.Draw(Split.Train, 1, 1));
        Assert.Contains("exit code 3", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("no licence", error.Message, StringComparison.Ordinal);
        Assert.Single(source.Draw(Split.Train, 1, 1));
    }

    [Fact]
    public void A_program_that_hangs_is_ended_when_its_time_is_up()
    {
        using var source = Source("echo 'thinking' >&2; sleep 600", seconds: 0.5);
        Assert.Contains("within 0.5 seconds: thinking", Assert.Throws<TimeoutException>(() => source.Draw(Split.Train, 1, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Waiting_can_be_cancelled()
    {
        using var source = Source("sleep 600", seconds: 600);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        Assert.ThrowsAny<OperationCanceledException>(() => source.Draw(Split.Train, 1, 1, cancellation.Token));
    }

    [Fact]
    public void A_program_that_is_not_there_is_named()
    {
        using var source = ProblemSources.Open(new() { Command = ["no-such-program-anywhere"] });
        Assert.Contains("'no-such-program-anywhere' cannot be started", Assert.Throws<IOException>(() => source.Draw(Split.Train, 1, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_program_ends_with_its_source()
    {
        var source = Source(Honest);
        var id = int.Parse(source.Draw(Split.Train, 1, 1)[0].Question.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
        using var process = Process.GetProcessById(id);
        source.Dispose();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.Throws<ObjectDisposedException>(() => source.Draw(Split.Train, 1, 1));
    }

    [Fact]
    public void A_line_too_many_is_an_error_and_not_the_next_answer()
    {
        using var source = Source("""while read -r line; do printf '{"question": "q", "answer": 1}\n{"question": "r", "answer": 2}\n'; done""");
        Assert.Equal("q", source.Draw(Split.Train, 1, 1)[0].Question);
        Assert.Contains("more lines", Assert.Throws<InvalidDataException>(() => source.Draw(Split.Train, 1, 2)).Message, StringComparison.Ordinal);
    }

    private static IProblemSource Source(string script, double seconds = 30)
    {
        Assert.SkipUnless(File.Exists("/bin/sh"), "needs /bin/sh");
        return ProblemSources.Open(new() { Command = ["/bin/sh", "-c", script], TimeoutSeconds = seconds });
    }
}
