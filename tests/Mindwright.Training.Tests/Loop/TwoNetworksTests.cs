using System.Text.Json;
using Mindwright.Inference.Files;
using Mindwright.Model;
using Mindwright.Runs;
using Mindwright.Testing;
using Mindwright.Training.Loop;
using Mindwright.Training.Optimization;
using Mindwright.Training.Stages.Pretrain;
using static TorchSharp.torch;

namespace Mindwright.Training.Tests.Loop;

/// <summary>A stage that trains two networks side by side: a policy, and a value network that says a number at each token.</summary>
public sealed class TwoNetworksTests
{
    [Fact]
    public void Both_learn_each_by_its_own_optimizer_and_a_checkpoint_holds_both_as_model_folders()
    {
        using var temp = new TempFolder();
        var (policy, value, losses) = Train(temp["run"], steps: 40);
        Assert.True(losses[^5..].Average(l => l.Policy) < 0.8 * losses[..5].Average(l => l.Policy));
        Assert.True(losses[^5..].Average(l => l.Value) < 0.5 * losses[..5].Average(l => l.Value));

        var checkpoint = Path.Combine(temp["run"], "checkpoints", "pair-step-000040");
        using var readPolicy = ModelFolder.Load(checkpoint, trainable: false);
        using var readValue = ModelFolder.Load(Path.Combine(checkpoint, "networks", "value"), trainable: false);
        Assert.Equal(ModelHead.Scalar, readValue.Config.Head);
        Assert.Equal(policy, SmallStages.Weights(readPolicy));
        Assert.Equal(value, SmallStages.Weights(readValue));
    }

    [Fact]
    public void A_broken_off_run_of_two_networks_resumes_bit_for_bit()
    {
        using var temp = new TempFolder();
        var whole = Train(temp["whole"], steps: 8);
        Train(temp["broken"], steps: 8, stopAfter: 2);
        Train(temp["broken"], steps: 8, stopAfter: 5);
        var broken = Train(temp["broken"], steps: 8);
        Assert.Equal(whole.Policy, broken.Policy);
        Assert.Equal(whole.Value, broken.Value);
        foreach (var file in new[] { "training/optimizer.safetensors", "networks/value/training/optimizer.safetensors" })
            Assert.Equal(Bytes(temp["whole"], file), Bytes(temp["broken"], file));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_gradient_of_either_that_is_not_finite_lets_both_skip_the_update(int bad)
    {
        using var policy = SmallModel.Create();
        using var value = CreateValue();
        using var trainedPolicy = Trained(policy, "policy");
        using var trainedValue = Trained(value, "value");
        using var stage = new PairStage(policy, value);
        var before = (SmallStages.Weights(policy), SmallStages.Weights(value));
        var warnings = new List<string>();
        var gradients = new GradientAccumulator([trainedPolicy, trainedValue], 1, SingleProcess.Instance, warnings.Add);
        stage.Step(0, new TappedGradients(gradients, () =>
        {
            using (no_grad())
                (bad == 0 ? policy : value).Weights.Gradients![3] = float.NaN;
        }), CancellationToken.None);
        Assert.Equal(before, (SmallStages.Weights(policy), SmallStages.Weights(value)), Equal);
        Assert.Equal(1, gradients.Skipped);
        Assert.Single(warnings);

        stage.Step(1, gradients, CancellationToken.None); // nothing of the skipped one is left in the gradients
        Assert.Equal((1, 0), (gradients.Skipped, gradients.SkippedInARow));
        Assert.NotEqual(before.Item1, SmallStages.Weights(policy));
        Assert.NotEqual(before.Item2, SmallStages.Weights(value));
    }

    [Fact]
    public void Each_network_is_clipped_by_itself()
    {
        // The value network's gradient is made huge: the policy must learn as if it were not there.
        float[] Policy(double scale)
        {
            using var policy = SmallModel.Create();
            using var value = CreateValue();
            using var trainedPolicy = Trained(policy, "policy");
            using var trainedValue = Trained(value, "value");
            using var stage = new PairStage(policy, value, scale);
            stage.Step(0, new GradientAccumulator([trainedPolicy, trainedValue], 1, SingleProcess.Instance, _ => { }), CancellationToken.None);
            return SmallStages.Weights(policy);
        }
        Assert.Equal(Policy(1), Policy(1e6));
    }

    private static bool Equal((float[], float[]) a, (float[], float[]) b) => a.Item1.SequenceEqual(b.Item1) && a.Item2.SequenceEqual(b.Item2);

    private static byte[] Bytes(string run, string file) => File.ReadAllBytes(Path.Combine(run, "checkpoints", "pair-step-000008", file));

    private static Transformer CreateValue() => SmallModel.Create(2, head: ModelHead.Scalar);

    private static TrainedModel Trained(Transformer network, string name) =>
        new(network, new OptimizerOptions { Muon = name == "policy", MatrixRate = name == "policy" ? 0.02 : 0.003 }, name: name);

    private static (float[] Policy, float[] Value, (double Policy, double Value)[] Losses) Train(string path, int steps, int? stopAfter = null)
    {
        using var policy = SmallModel.Create();
        using var value = CreateValue();
        using var trainedPolicy = Trained(policy, "policy");
        using var trainedValue = Trained(value, "value");
        using var stage = new PairStage(policy, value);
        var resume = RunFolder.IsRun(path);
        using var run = resume ? RunFolder.Open(path) : SmallStages.CreateRun(path);
        using var stop = new CancellationTokenSource();
        var progress = new RecordedProgress(info =>
        {
            if (info.Step == stopAfter)
                stop.Cancel();
        });
        var trainer = new Trainer([trainedPolicy, trainedValue], SmallStages.Options(steps), run, progress);
        try
        {
            trainer.Run(stage, resume, stop.Token);
            trainer.Save(stage.Name, steps);
        }
        catch (OperationCanceledException) when (stopAfter is not null)
        {
        }
        return (SmallStages.Weights(policy), SmallStages.Weights(value), [.. progress.Steps.Select(step => (step.Loss!.Value, step.Metrics["value_loss"]))]);
    }

    /// <summary>The policy learns to predict text; the value network, to tell how far along its document a token stands.</summary>
    private sealed class PairStage(Transformer policy, Transformer value, double valueScale = 1) : IStage, IDisposable
    {
        private readonly DatasetRows _rows = new(SmallStages.InMemory(SmallStages.Documents), 32, 1);

        public string Name => "pair";

        public StepResult Step(int step, IGradients gradients, CancellationToken cancellation)
        {
            var batch = _rows.At(step, 4);
            var loss = CrossEntropyStep.Run(policy, batch, 4, gradients, cancellation);
            var part = gradients.Share(batch);
            var place = part.ToTensor([.. Enumerable.Range(0, part.Inputs.Length).Select(i => i % part.Time / (float)part.Time)], CPU); // [B, T]
            var scores = value.Scores(value.Hidden(part.ToTensor(part.Inputs, CPU))); // [B, T]
            var error = (scores - place).square().sum() / batch.Targets.Length;
            gradients.Backward(error * valueScale);
            var valueLoss = gradients.Sum(error.item<float>());
            gradients.Update();
            return new StepResult(loss, batch.Targets.Length, new Dictionary<string, double> { ["value_loss"] = valueLoss });
        }

        public JsonElement? Cursor => _rows.Cursor;

        public void Seek(JsonElement cursor) => _rows.Seek(cursor);

        public void Dispose() => _rows.Dispose();
    }
}
