using Mindwright.Model;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Loop;
using static TorchSharp.torch;

namespace Mindwright.Workbench.Tests.ToyStage;

/// <summary>Learns to prefer the short one of two answers: the length-normalized loss of Meng et al. 2024 (SimPO), eq. 4.</summary>
internal sealed class ToyTraining(Transformer model, ToySection section, IChatFormat format, int seed) : IStage
{
    public string Name => "toy";

    public StepResult Step(int step, IGradients gradients, CancellationToken cancellation)
    {
        var random = new Random(unchecked((seed * 486187739) + step));
        var batch = Pairs([.. Enumerable.Range(0, section.Pairs).Select(_ => random.Next(100))]);
        var (sum, right) = (0.0, 0.0);
        foreach (var part in gradients.Share(batch).Split(section.MicroBatch))
        {
            using var scope = NewDisposeScope();
            var difference = Difference(part); // [P]
            var loss = -nn.functional.logsigmoid(difference * section.Beta - section.Margin).sum() / batch.Total;
            gradients.Backward(loss);
            sum += loss.item<float>();
            right += difference.gt(0).sum().item<long>() / batch.Total;
        }
        var metrics = new Dictionary<string, double> { ["preferred"] = gradients.Sum(right) };
        var mean = gradients.Sum(sum);
        metrics["gradient_norm"] = gradients.Update();
        return new StepResult(mean, batch.Inputs.Length, metrics);
    }

    /// <summary>Share of pairs that no step learns from in which the chosen answer is the more probable one.</summary>
    public double Preferred()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return Difference(Pairs([.. Enumerable.Range(100, 20)])).gt(0).to(ScalarType.Float32).mean().item<float>();
    }

    /// <summary>By how much the chosen answer's mean log-probability is above the rejected one's <c>[P]</c>, nats per token.</summary>
    private Tensor Difference(PreferenceBatch pairs)
    {
        var device = model.Weights.Device;
        var logProbs = model.TokenLogProbs(model.Hidden(pairs.ToTensor(pairs.Inputs, device)), pairs.ToTensor(pairs.Targets, device)); // [2P, T]
        var mask = pairs.ToTensor(pairs.Mask, device); // [2P, T]
        var means = ((logProbs * mask).sum(1) / mask.sum(1)).view(-1, 2); // [P, 2]
        return means.select(1, 0) - means.select(1, 1);
    }

    private PreferenceBatch Pairs(IReadOnlyList<int> numbers)
    {
        ChatTokens[] rows = [.. numbers.SelectMany(i => new[] { $"{i + 1}.", $"The answer is {i + 1}, my friend." }, (i, answer) =>
            format.Encode([new(ChatRole.User, $"What is {i} and 1?"), new(ChatRole.Assistant, answer)]))];
        var time = rows.Max(row => row.Ids.Length) - 1;
        T[] Padded<T>(Func<ChatTokens, int, T> at) => [.. rows.SelectMany(row => Enumerable.Range(0, time), (row, t) => t + 1 < row.Ids.Length ? at(row, t) : default!)];
        return new PreferenceBatch(
            rows.Length, Padded((row, t) => (long)row.Ids[t]), Padded((row, t) => (long)row.Ids[t + 1]), Padded((row, t) => row.IsTarget[t + 1] ? 1f : 0));
    }
}
