using System.IO.Compression;
using System.Text;
using Mindwright.Data.Problems;
using Mindwright.Testing;
using Mindwright.Tokens.Chat;

namespace Mindwright.Data.Tests.Problems;

public sealed class ProblemFilesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"question": "1+1?", "answer": "2"}""", "1+1?", "2", "own")]
    [InlineData("""{"question": "1+1?", "answer": 2, "kind": "sums"}""", "1+1?", "2", "sums")]
    [InlineData("""{"question": "1+1?", "answer": 2.50}""", "1+1?", "2.5", "own")]
    [InlineData("""{"question": "1+1?", "answer": 1e99}""", "1+1?", "1e99", "own")]
    [InlineData("""{"question": "1+1?", "answer": ""}""", "1+1?", "", "own")]
    [InlineData("""{"question": "1+1?", "answer": "1 and 1.\n#### 1,002"}""", "1+1?", "1,002", "own")]
    [InlineData("""{"question": "1+1?", "answer": "#### A title\nand text"}""", "1+1?", "#### A title\nand text", "own")]
    [InlineData("""{"question": "Name it.", "answer": {"a": [1, 2]}}""", "Name it.", """{"a": [1, 2]}""", "own")]
    [InlineData("""{"Body": "He has 3", "Question": "How many?", "Answer": 3.0, "Type": "Sum"}""", "He has 3. How many?", "3", "Sum")]
    [InlineData("""{"messages": [{"role": "system", "content": "Count."}, {"role": "user", "content": "1+1?"}], "answer": "2"}""", "1+1?", "2", "own")]
    public void A_line_becomes_a_problem(string line, string question, string answer, string kind)
    {
        var problem = Assert.Single(ProblemFiles.Read(Write("p.jsonl", line), "own"));
        Assert.Equal((question, answer, kind), (problem.Question, problem.Answer, problem.Kind));
    }

    [Fact]
    public void Messages_before_the_question_are_kept()
    {
        var path = Write("p.jsonl", """{"messages": [{"role": "system", "content": "Count."}, {"role": "user", "content": "1+1?"}], "answer": "2"}""");
        Assert.Equal([ChatRole.System, ChatRole.User], Assert.Single(ProblemFiles.Read(path, "own")).Messages.Select(message => message.Role));
    }

    [Theory]
    [InlineData("{\"question\": \"a\", ", "not JSON")]
    [InlineData("[1, 2]", "not a number", 1)]
    [InlineData("3", "not a number")]
    [InlineData("{}", "an empty object")]
    [InlineData("""{"prompt": "a", "answer": "b"}""", "neither \"question\" nor \"messages\" is there, only prompt, answer")]
    [InlineData("""{"question": "a"}""", "no \"answer\"")]
    [InlineData("""{"question": "a", "answer": null}""", "null")]
    [InlineData("""{"question": "a", "answer": true}""", "true or false")]
    [InlineData("""{"question": 7, "answer": "b"}""", "\"question\" is a number, not text")]
    [InlineData("""{"question": " ", "answer": "b"}""", "empty")]
    [InlineData("""{"messages": [], "answer": "b"}""", "\"messages\" is empty")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}], "answer": "b"}""", "the role assistant")]
    [InlineData("""{"messages": [{"role": "judge", "content": "a"}], "answer": "b"}""", "judge")]
    [InlineData("""{"question": "\ud800", "answer": "b"}""", "surrogate")]
    public void What_is_no_problem_is_named_by_file_and_line(string line, string why, int at = 3)
    {
        var path = Write("p.jsonl", at == 1 ? line : "{\"question\": \"a\", \"answer\": \"b\"}\n\n" + line);
        var error = Assert.Throws<InvalidDataException>(() => ProblemFiles.Read(path, "own").ToArray());
        Assert.StartsWith(at == 1 ? $"{path}, item 1:" : $"{path}, line 3:", error.Message, StringComparison.Ordinal);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_nested_too_deeply_is_an_error_and_not_the_end_of_the_process() => Assert.Throws<InvalidDataException>(() => ProblemFiles.Read(
        Write("p.jsonl", $$"""{"question": "a", "answer": {{new string('[', 100_000)}}1{{new string(']', 100_000)}}}"""), "own").ToArray());

    [Fact]
    public void Lines_an_array_and_packed_lines_with_a_byte_order_mark_say_the_same()
    {
        const string Lines = "{\"question\": \"a\", \"answer\": 1}\r\n{\"question\": \"b\", \"answer\": 2}\r\n";
        var expected = new[] { ("a", "1"), ("b", "2") };
        using (var gzip = new GZipStream(File.Create(_folder["p.jsonl.gz"]), CompressionMode.Compress))
            gzip.Write(Encoding.UTF8.GetBytes("\uFEFF" + Lines));
        foreach (var path in new[]
        {
            Write("p.jsonl", Lines), Write("q.json", "[" + string.Join(',', Lines.Split("\r\n", StringSplitOptions.RemoveEmptyEntries)) + "]"), _folder["p.jsonl.gz"],
        })
            Assert.Equal(expected, ProblemFiles.Read(path, "own").Select(problem => (problem.Question, problem.Answer)));
    }

    [Fact]
    public void Of_a_folder_only_the_json_files_are_read()
    {
        Write("README.md", "# About");
        Write("a.jsonl", "{}");
        Write("b.json.gz", "");
        Assert.Equal(["a.jsonl", "b.json.gz"], ProblemFiles.Find([_folder.Path]).Select(Path.GetFileName));
        File.Delete(_folder["a.jsonl"]);
        File.Delete(_folder["b.json.gz"]);
        Assert.Throws<FileNotFoundException>(() => ProblemFiles.Find([_folder.Path]));
    }

    [Theory]
    [InlineData("reasoning/gsm8k-train.jsonl", 7473)]
    [InlineData("reasoning/svamp-700.json", 700)]
    public void Published_problems_are_read_with_numbers_as_answers(string file, int count)
    {
        var problems = ProblemFiles.Read(TestData.PathOrSkip(file), "own").ToArray();
        Assert.Equal(count, problems.Length);
        Assert.All(problems, problem => Assert.Matches("^-?[$0-9.,]+$", problem.Answer));
        Assert.All(problems, problem => Assert.DoesNotContain("####", problem.Question, StringComparison.Ordinal));
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder[name], text);
        return _folder[name];
    }
}
