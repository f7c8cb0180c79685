using Mindwright.Evaluation.Statistics;
using Mindwright.Inference.Sampling;
using Mindwright.Model;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Loop;
using Mindwright.Training.Pipeline;
using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Training.Stages.Reason;

/// <summary>
/// Reinforcement learning from verifiable rewards by group-relative policy optimization: sample a group of answers to each
/// question, reward the right ones, and make what did better than its group more probable.
/// </summary>
/// <remarks>Shao et al. 2024 (GRPO), with the token-level loss and the asymmetric clip of Yu et al. 2025 (DAPO).</remarks>
public sealed class ReasonStage : IStage
{
    // Rows that go through the model at once: answers are short, so many fit.
    private const int MicroBatch = 64;

    private readonly Transformer _policy;
    private readonly Transformer? _reference;
    private readonly ReasonSection _section;
    private readonly Rollout _rollout;
    private readonly Func<int, int, IReadOnlyList<Problem>> _problems;
    private readonly int _seed;
    private readonly SamplePrompts? _samples;

    /// <summary>Makes the stage.</summary>
    /// <param name="policy">The model that learns.</param>
    /// <param name="section">The knobs.</param>
    /// <param name="format">How conversations become ids.</param>
    /// <param name="problems">Gives the problems of a step: (count, seed) → problems.</param>
    /// <param name="seed">Decides the problems and the draws.</param>
    /// <param name="verifier">Rewards answers; <see cref="Verifiers.ExactAnswer"/> by default.</param>
    /// <param name="reference">The model to stay close to, if the divergence from it is to count.</param>
    /// <param name="samples">Problems that it answers along the way.</param>
    public ReasonStage(
        Transformer policy, ReasonSection section, IChatFormat format, Func<int, int, IReadOnlyList<Problem>> problems, int seed,
        Verifier? verifier = null, Transformer? reference = null, SamplePrompts? samples = null)
    {
        _policy = policy;
        _reference = reference;
        _section = section;
        _rollout = new Rollout(new TorchLanguageModel(policy), format, verifier);
        _problems = problems;
        _seed = seed;
        _samples = samples;
    }

    /// <inheritdoc/>
    public string Name => "reason";

    /// <inheritdoc/>
    public string Curve => "reward";

    /// <inheritdoc/>
    public StepResult Step(int step, IGradients gradients, CancellationToken cancellation)
    {
        var seed = unchecked((_seed * 486187739) + step);
        var problems = _problems(_section.Questions, seed);
        var sampling = new SamplingOptions { Temperature = _section.Temperature, Seed = seed };
        var episodes = _rollout.Sample(problems, _section.Group, _section.MaxTokens, sampling, cancellation);

        var advantages = episodes.Chunk(_section.Group)
            .SelectMany(group => Advantages.Group([.. group.Select(e => e.Reward)], _section.NormalizeAdvantages));

        // Groups whose answers all earned the same teach nothing: leave them out of the passes through the model.
        var learned = episodes.Zip(advantages, (episode, advantage) => new Weighed(episode, advantage)).Where(w => w.Advantage != 0).ToArray();
        new Random(seed).Shuffle(learned);
        var seen = new List<PolicyLoss>();
        var losses = new List<double>();
        var norm = 0.0;
        if (learned.Length > 0)
        {
            var size = (learned.Length + _section.Minibatches - 1) / _section.Minibatches;
            var minibatches = learned.Chunk(size).Select(MicroBatches).ToArray();
            // The policy that sampled is the policy of now only for the first minibatch.
            var old = minibatches.Length == 1 ? null : minibatches.Select(parts => parts.Select(part => LogProbs(_policy, part)).ToArray()).ToArray();
            for (var i = 0; i < minibatches.Length; i++)
            {
                losses.Add(Learn(minibatches[i], old?[i], gradients, seen, cancellation));
                norm = gradients.Update();
            }
        }
        return new StepResult(losses.Sum(), learned.Sum(w => (long)w.Episode.Prompt.Length + w.Episode.Answer.Length), new Dictionary<string, double>
        {
            ["reward"] = episodes.Average(e => e.Reward),
            ["answer_tokens"] = episodes.Average(e => (double)e.Answer.Length),
            ["groups_with_signal"] = learned.Length / (double)_section.Group,
            ["ratio"] = seen.Count == 0 ? 1 : seen.Average(s => s.MeanRatio),
            ["clip_fraction"] = seen.Count == 0 ? 0 : seen.Average(s => s.ClipFraction),
            ["gradient_norm"] = norm,
        });
    }

    /// <inheritdoc/>
    public string? Sample(CancellationToken cancellation) => _samples?.Write(cancellation);

    private double Learn(Batch[] parts, float[][]? old, IGradients gradients, List<PolicyLoss> seen, CancellationToken cancellation)
    {
        var total = parts.Sum(part => part.Weights!.Count(w => w != 0));
        var device = _policy.Weights.Device;
        var sum = 0.0;
        for (var i = 0; i < parts.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (part, first) = gradients.Share(parts[i]);
            var logProbs = LogProbs(_policy, part, device); // [B, T]
            var before = old is null
                ? logProbs.detach()
                : part.ToTensor(old[i][(first * part.Time)..((first + part.Rows) * part.Time)], device);
            var advantages = part.ToTensor(part.Weights!, device);
            var mask = advantages.ne(0).to(ScalarType.Float32);
            var policy = Losses.ClippedPolicy(logProbs, before, advantages, mask, _section.ClipLow, _section.ClipHigh, total);
            var loss = policy.Loss;
            if (_reference is not null && _section.KlWeight > 0)
            {
                Tensor reference;
                using (no_grad())
                    reference = LogProbs(_reference, part, device);
                loss += (Kl.K3(logProbs, reference) * mask).sum() * (_section.KlWeight / total);
            }
            gradients.Backward(loss);
            sum += loss.item<float>();
            seen.Add(policy);
        }
        return gradients.Sum(sum);
    }

    private float[] LogProbs(Transformer model, Batch part)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return LogProbs(model, part, model.Weights.Device).cpu().data<float>().ToArray();
    }

    private Tensor LogProbs(Transformer model, Batch part, Device device) =>
        model.TokenLogProbs(model.Hidden(part.ToTensor(part.Inputs, device)), part.ToTensor(part.Targets, device), _section.Temperature);

    /// <summary>Cuts a minibatch into what goes through the model at once: rows of like length side by side, so that little is padding.</summary>
    private static Batch[] MicroBatches(Weighed[] episodes) =>
        [.. episodes.OrderBy(w => w.Episode.Prompt.Length + w.Episode.Answer.Length).Chunk(MicroBatch).Select(Collate)];

    /// <summary>Prompt and answer in a row each, padded at the right; weights hold the advantage of each token that the policy wrote.</summary>
    internal static Batch Collate(IReadOnlyList<Weighed> episodes)
    {
        var time = episodes.Max(w => w.Episode.Prompt.Length + w.Episode.Answer.Length) - 1;
        var inputs = new long[episodes.Count * time];
        var targets = new long[episodes.Count * time];
        var weights = new float[episodes.Count * time];
        for (var row = 0; row < episodes.Count; row++)
        {
            var (prompt, answer) = (episodes[row].Episode.Prompt, episodes[row].Episode.Answer);
            int[] ids = [.. prompt, .. answer];
            for (var t = 0; t + 1 < ids.Length; t++)
            {
                inputs[row * time + t] = ids[t];
                targets[row * time + t] = ids[t + 1];
                weights[row * time + t] = t + 1 >= prompt.Length ? (float)episodes[row].Advantage : 0;
            }
        }
        return new Batch(episodes.Count, inputs, targets, weights);
    }

    /// <summary>An episode and how much better than its group it was.</summary>
    internal readonly record struct Weighed(Episode Episode, double Advantage);
}
