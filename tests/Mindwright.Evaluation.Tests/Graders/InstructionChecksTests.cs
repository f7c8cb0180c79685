using System.Text.Json;
using Mindwright.Evaluation.Graders;
using Mindwright.Evaluation.Tasks;
using Mindwright.Testing;

namespace Mindwright.Evaluation.Tests.Graders;

public sealed class InstructionChecksTests
{
    [Theory]
    [InlineData("punctuation:no_comma", "{}", "one two", "one, two")]
    [InlineData("length_constraints:number_words", """{"relation":"at least","num_words":3}""", "one two three", "one two")]
    [InlineData("length_constraints:number_words", """{"relation":"less than","num_words":3}""", "one two", "one two three")]
    [InlineData("length_constraints:number_sentences", """{"relation":"less than","num_sentences":3}""", "One. Two!", "One. Two! Three?")]
    [InlineData("length_constraints:number_paragraphs", """{"num_paragraphs":2}""", "one\n***\ntwo", "one\n\ntwo")]
    [InlineData("length_constraints:nth_paragraph_first_word", """{"num_paragraphs":2,"nth_paragraph":2,"first_word":"then"}""", "One.\n\nThen two.", "Then.\n\nOne two.")]
    [InlineData("startend:quotation", "{}", "\"quoted\"", "quoted")]
    [InlineData("startend:end_checker", """{"end_phrase":"The end."}""", "So. the end.", "The end. So")]
    [InlineData("keywords:forbidden_words", """{"forbidden_words":["rock"]}""", "rocket", "a Rock")]
    [InlineData("keywords:existence", """{"keywords":["a","b"]}""", "A and B", "c and d")]
    [InlineData("keywords:frequency", """{"relation":"at least","keyword":"war","frequency":2}""", "war War", "war")]
    [InlineData("keywords:letter_frequency", """{"let_relation":"at least","letter":"!","let_frequency":2}""", "a! b!", "a!")]
    [InlineData("language:response_language", """{"language":"ru"}""", "Привет, мир", "hello")]
    [InlineData("combination:repeat_prompt", """{"prompt_to_repeat":"Say it."}""", "Say it. Done.", "Done.")]
    [InlineData("combination:two_responses", "{}", "one******two", "one")]
    [InlineData("detectable_format:number_highlighted_sections", """{"num_highlights":2}""", "*a* and *b*", "*a*")]
    [InlineData("detectable_format:title", "{}", "<<title>>\ntext", "title")]
    [InlineData("detectable_format:multiple_sections", """{"section_spliter":"SECTION","num_sections":2}""", "SECTION 1 a SECTION 2 b", "SECTION 1 a")]
    [InlineData("detectable_format:number_bullet_lists", """{"num_bullets":2}""", "* one\n- two", "* one")]
    [InlineData("detectable_format:json_format", "{}", "```json\n{\"a\": 1}\n```", "{a")]
    [InlineData("detectable_format:constrained_response", "{}", "My answer is yes.", "Yes.")]
    [InlineData("detectable_content:number_placeholders", """{"num_placeholders":2}""", "[name] [address]", "[name]")]
    [InlineData("detectable_content:postscript", """{"postscript_marker":"P.P.S"}""", "Bye.\nP.P.S. more", "Bye.")]
    [InlineData("change_case:english_lowercase", "{}", "lower", "Lower")]
    [InlineData("change_case:english_capital", "{}", "UPPER", "Upper")]
    [InlineData("change_case:capital_word_frequency", """{"capital_relation":"less than","capital_frequency":2}""", "ONE two", "ONE TWO")]
    public void An_answer_that_follows_passes_and_one_that_does_not_fails(string instruction, string arguments, string follows, string fails)
    {
        var json = JsonDocument.Parse(arguments).RootElement;
        Assert.True(InstructionChecks.Follows(instruction, json, follows));
        Assert.False(InstructionChecks.Follows(instruction, json, fails));
    }

    [Fact]
    public void Every_published_instruction_but_some_languages_can_be_checked()
    {
        foreach (var item in DataFile.Read(TestData.PathOrSkip("evals/ifeval-half.jsonl")).Items)
            foreach (var (instruction, arguments) in item.Texts("instruction_id_list").Zip(item.Get("kwargs").EnumerateArray()))
                if (instruction != "language:response_language")
                    Assert.NotNull(InstructionChecks.Follows(instruction, arguments, "Some answer."));
    }

    [Fact]
    public void A_loose_reading_forgives_an_introduction() =>
        Assert.Contains("{\"a\": 1}", InstructionChecks.LooseReadings("Here you are:\n{\"a\": 1}"));
}
