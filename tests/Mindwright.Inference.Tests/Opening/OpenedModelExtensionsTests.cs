using Mindwright.Inference.Generation;
using Mindwright.Inference.Opening;
using Mindwright.Tokens.Chat;

namespace Mindwright.Inference.Tests.Opening;

public sealed class OpenedModelExtensionsTests
{
    [Fact]
    public void Text_is_continued_without_the_token_that_ends_it()
    {
        using var scripted = Scripted(" is blue 蓝.<|endoftext|> never read", "!<|im_end|>");
        using var folder = new SmallModelFolder();
        using var model = OpenedModel.Open(folder.Path, _ => scripted);
        var pieces = model.StreamText("the sky").ToArray();
        Assert.Equal(" is blue 蓝.", string.Concat(pieces));
        Assert.True(pieces.Length > 3);
        Assert.DoesNotContain(pieces, piece => piece.Length == 0 || piece.Contains('\uFFFD'));
        Assert.Equal("!", model.GenerateText("the sky"));
        Assert.Equal(SmallTokenizer.Instance.Encode("the sky"), scripted.Prompts[0]);
    }

    [Fact]
    public void An_empty_prompt_is_the_token_that_begins_a_text()
    {
        using var scripted = Scripted("a<|endoftext|>");
        using var folder = new SmallModelFolder();
        using var model = OpenedModel.Open(folder.Path, _ => scripted);
        Assert.Equal("a", model.GenerateText(""));
        Assert.Equal([SmallTokenizer.Format.EndOfText], scripted.Prompts[0]);
    }

    [Fact]
    public void Options_are_kept_and_their_stop_ids_added_to_the_model_s()
    {
        using var scripted = Scripted("abcdef<|endoftext|>");
        using var folder = new SmallModelFolder();
        using var model = OpenedModel.Open(folder.Path, _ => scripted);
        Assert.Equal("ab", model.GenerateText("x", new GenerationOptions { MaxNewTokens = 2 }));
        Assert.Equal("abc", model.GenerateText("x", new GenerationOptions { StopIds = SmallTokenizer.Instance.Encode("d") }));
        Assert.Equal("abcdef", model.GenerateText("x", new GenerationOptions { StopIds = SmallTokenizer.Instance.Encode("z") }));
    }

    [Fact]
    public void A_conversation_keeps_thinking_apart()
    {
        using var scripted = Scripted("<think>\nWhich one?\n</think>\n\nBlue.<|im_end|>");
        using var folder = new SmallModelFolder();
        using var model = OpenedModel.Open(folder.Path, _ => scripted);
        var chat = model.StartChat("Be brief.");
        var pieces = chat.Reply("What colour is the sky?").ToArray();
        Assert.Equal("Which one?", string.Concat(pieces.Where(piece => piece.IsThinking).Select(piece => piece.Text)));
        Assert.Equal("Blue.", string.Concat(pieces.Where(piece => !piece.IsThinking).Select(piece => piece.Text)));
        Assert.Equal(
            SmallTokenizer.Format.EncodePrompt([new(ChatRole.System, "Be brief."), new(ChatRole.User, "What colour is the sky?")]), scripted.Prompts[0]);
    }

    private static ScriptedModel Scripted(params string[] scripts)
    {
        var model = new ScriptedModel(SmallTokenizer.Instance.VocabularySize, 1000);
        model.Scripts.AddRange(scripts.Select(SmallTokenizer.Ids));
        return model;
    }
}
