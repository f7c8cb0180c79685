using System.Text.Json;
using CsCheck;
using Mindwright.Jinja;
using Mindwright.Tokens.Chat;

namespace Mindwright.Tokens.Tests.Chat;

/// <summary>The two descriptions of one layout: token ids from <see cref="ChatFormat"/>, text from its template.</summary>
public class ChatFormatTemplateTests
{
    private static readonly ChatTemplate s_template = new(ChatFormat.Template);

    private static readonly JsonElement s_tool = JsonDocument.Parse(
        """{"type": "function", "function": {"name": "look", "description": "Looks \"up\", é", "parameters": {"type": "object", "properties": {}}}}""").RootElement;

    [Fact]
    public void The_template_writes_what_the_ids_decode_to() => ChatGen.Conversation.Sample(messages =>
    {
        var format = ByteVocabulary.Format;
        Assert.Equal(ByteVocabulary.Decode(format.Encode(messages).Ids), s_template.Render(messages));
        Assert.Equal(ByteVocabulary.Decode(format.EncodePrompt(messages)), s_template.Render(messages, new() { AddGenerationPrompt = true }));
        var skip = new ChatTemplateOptions
        {
            AddGenerationPrompt = true,
            Variables = new Dictionary<string, JsonElement> { ["enable_thinking"] = JsonSerializer.SerializeToElement(false) },
        };
        Assert.Equal(ByteVocabulary.Decode(format.EncodePrompt(messages, PromptThinking.Skip)), s_template.Render(messages, skip));
        Assert.Equal(
            ByteVocabulary.Decode(format.Encode(ChatFormat.WithTools(messages, [s_tool, s_tool])).Ids),
            s_template.Render(messages, new() { Tools = [s_tool, s_tool] }));
    });

    [Fact]
    public void Harmless_content_gives_the_ids_that_the_rendered_text_has()
    {
        var tokenizer = Trained();
        var format = new ChatFormat(tokenizer);
        var answer = Gen.Select(ChatGen.Harmless, ChatGen.Harmless, Gen.Int[0, 2], Gen.Bool, (content, thinking, kind, calls) => new ChatMessage("assistant", content)
        {
            Thinking = kind == 0 ? null : kind == 1 ? "" : thinking,
            ToolCalls = calls ? [new("look", $"{{\"x\": {JinjaJson.Write(thinking)}}}"), new("go", "{}")] : [],
        });
        var message = Gen.OneOf(answer, Gen.Select(Gen.OneOf<string>("system", "user", "tool"), ChatGen.Harmless, (role, content) => new ChatMessage(role, content)));
        message.Array[0, 6].Sample(messages =>
        {
            var ids = format.Encode(messages).Ids;
            Assert.Equal(tokenizer.Encode(s_template.Render(messages), tokenizer.AllowAll), ids);
            Assert.Equal(s_template.Encode(tokenizer, messages), ids);
        });
    }

    internal static Tokenizer Trained() => BpeTrainer.Train(
        Enumerable.Range(0, 50).Select(i => $"hello the cat {i} why not?\n\nassistant user system naïve\n{{\"name\": \"look\", \"arguments\": {{}}}}\n\n"),
        new BpeTrainingOptions { VocabularySize = 320, Pattern = "qwen2", SpecialTokens = [.. ChatFormat.SpecialTokens, "<|user|>", "<|assistant|>", "<|system|>", "[INST]", "[/INST]", "<s>", "</s>"] },
        TestContext.Current.CancellationToken);
}
