using Mindwright.Model;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Loop;
using Mindwright.Training.Stages.Sft;
using TorchSharp;

namespace Mindwright.Training.Tests.Stages.Sft;

/// <summary>What must not change a loss: how a batch is cut, and whether conversations share a row.</summary>
public sealed class SftStageTests
{
    [Fact]
    public void Eight_rows_at_once_or_one_by_one_give_the_same_loss_and_gradient()
    {
        var rows = new ConversationRows(Conversations(40), 80, 1);
        var batch = rows.At(0, 8);
        var (loss, gradient) = Measure(batch, 8);
        var (accumulated, accumulatedGradient) = Measure(batch, 1);
        Assert.Equal(loss, accumulated, 1e-5);
        AssertClose(gradient, accumulatedGradient);
    }

    [Fact]
    public void Packed_or_each_in_its_own_row_conversations_give_the_same_loss_and_gradient()
    {
        var conversations = Conversations(6);
        var packed = new ConversationRows(conversations, 80, 1);
        var apart = new ConversationRows(conversations, 80, 1, pack: false);
        Assert.True(packed.Count < apart.Count);
        var (loss, gradient) = Measure(packed.At(0, packed.Count), packed.Count);
        var (unpacked, unpackedGradient) = Measure(apart.At(0, apart.Count), apart.Count);
        Assert.Equal(unpacked, loss, 1e-5);
        AssertClose(unpackedGradient, gradient);
    }

    [Fact]
    public void Every_conversation_is_in_exactly_one_row_and_what_counts_is_what_the_assistant_says()
    {
        var conversations = Conversations(50);
        var rows = new ConversationRows(conversations, 90, 3);
        var batch = rows.At(0, rows.Count);
        Assert.Equal(conversations.Sum(c => c.IsTarget.Count(t => t)), batch.Weights!.Count(w => w > 0));
        Assert.Equal(
            conversations.SelectMany(c => c.Ids.Where((_, i) => c.IsTarget[i])).Order(),
            batch.Targets.Where((_, i) => batch.Weights![i] > 0).Select(t => (int)t).Order());
    }

    [Fact]
    public void The_end_of_turn_is_learned_and_the_question_is_not()
    {
        var conversation = Conversations(1)[0];
        Assert.Equal(SmallModel.Format.EndOfTurn, conversation.Ids[Array.LastIndexOf(conversation.IsTarget, true)]);
        var batch = new ConversationRows([conversation], 90, 1).At(0, 1);
        var learned = batch.Targets.Where((_, i) => batch.Weights![i] > 0).Select(t => (int)t).ToArray();
        Assert.Contains(SmallModel.Format.EndOfTurn, learned);
        Assert.DoesNotContain("What", SmallModel.Tokenizer.Decode(learned), StringComparison.Ordinal);
    }

    private static ChatTokens[] Conversations(int count) =>
        [.. Enumerable.Range(0, count).Select(i => SmallModel.Format.Encode([
            new ChatMessage(ChatRole.User, $"What is {i} and {i % 7}?"),
            new ChatMessage(ChatRole.Assistant, string.Concat(Enumerable.Repeat($"{i + i % 7}, my friend. ", 1 + i % 2)))]))];

    private static (double Loss, float[] Gradient) Measure(TokenBatch batch, int microBatch)
    {
        using var model = SmallModel.Create();
        var gradients = new CollectedGradients(model);
        var loss = CrossEntropyStep.Run(model, batch, microBatch, gradients, TestContext.Current.CancellationToken);
        return (loss, model.Weights.Gradients!.data<float>().ToArray());
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-4);
    }

    private sealed class CollectedGradients(Transformer model) : IGradients
    {
        public void Backward(torch.Tensor loss)
        {
            loss.backward();
            model.Weights.CollectGradients();
        }

        public double Update() => 0;
    }
}
