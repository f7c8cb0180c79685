using Mindwright.Model;
using Mindwright.Training.Stages.Pretrain;

namespace Mindwright.Training.Tests.Stages.Pretrain;

/// <summary>Probabilities of words after contexts.</summary>
public sealed class ProbeSetTests
{
    [Fact]
    public void Words_have_the_models_probabilities_and_each_its_own_metric()
    {
        using var model = SmallModel.Create();
        using var scorer = new TorchLanguageModel(model);
        var tokenizer = SmallModel.Tokenizer;
        const string context = "What is 3 and ";
        int[] prompt = [SmallModel.Format.EndOfText, .. tokenizer.Encode(context)];
        double Probability(string digit) => Math.Exp(scorer.Score([[.. prompt, .. tokenizer.Encode(digit)]])[0][^1].LogProb);

        var readings = new ProbeSet(tokenizer, SmallModel.Format.EndOfText, [new("sum", context, "4", ["5", "6"]), new("other", context, "7", [])]).Measure(scorer);

        Assert.Equal(["sum", "sum:5", "sum:6", "other"], readings.SelectMany(r => r.Metrics).Select(m => m.Key));
        Assert.All(readings.SelectMany(r => r.Metrics).Zip(["4", "5", "6", "7"]), pair => Assert.Equal(Probability(pair.Second), pair.First.Value, 1e-6));
    }
}
