using Mindwright.Data.Problems;
using Mindwright.Inference.Sampling;
using Mindwright.Model;
using Mindwright.Training.Loop;
using Mindwright.Training.Rollouts;
using static TorchSharp.torch;

namespace Mindwright.Training.Stages.Reason;

/// <summary>
/// Reinforcement learning from verifiable rewards by group-relative policy optimization: sample a group of answers to each
/// problem, grade them, and make what did better than its group more probable.
/// </summary>
/// <remarks>Shao et al. 2024 (GRPO), with the token-level loss and the asymmetric clip of Yu et al. 2025 (DAPO).</remarks>
internal sealed class ReasonStage : IStage
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
    /// <param name="section">The options.</param>
    /// <param name="rollout">Samples and grades the policy's answers.</param>
    /// <param name="problems">Gives the problems of a step: (count, seed) → problems.</param>
    /// <param name="seed">Decides the problems and the draws.</param>
    /// <param name="reference">The model to stay close to, if the divergence from it is to count.</param>
    /// <param name="samples">Problems that it answers along the way.</param>
    public ReasonStage(
        Transformer policy, ReasonSection section, Rollout rollout, Func<int, int, IReadOnlyList<Problem>> problems, int seed,
        Transformer? reference = null, SamplePrompts? samples = null)
    {
        (_policy, _reference, _section, _rollout, _problems, _seed, _samples) = (policy, reference, section, rollout, problems, seed, samples);
    }

    /// <inheritdoc/>
    public string Name => ReasonDefinition.StageName;

    /// <inheritdoc/>
    public string Curve => "reward";

    /// <inheritdoc/>
    public StepResult Step(int step, IGradients gradients, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        var seed = RowOrder.SeedOf(_seed, step);
        var problems = _problems(_section.ProblemsPerStep, seed);
        var sampling = new SamplingOptions { Temperature = _section.Temperature, Seed = seed };
        var episodes = _rollout.Sample(gradients.Collective, problems, _section.GroupSize, _section.MaxTokens, sampling, cancellation);
        CheckFailures(episodes);

        var groups = episodes.Chunk(_section.GroupSize).Select(Weigh).ToArray();
        // Groups whose answers all earned the same have no policy gradient. Only the divergence from the reference concerns them.
        var withSignal = Array.FindAll(groups, group => group.Any(w => w.Advantage != 0));
        Weighed[] learned = [.. (_reference is null ? withSignal : groups).SelectMany(group => group)];
        new Random(seed).Shuffle(learned);

        var seen = new List<PolicyLoss>();
        var losses = new List<double>();
        var norm = 0.0;
        if (learned.Length > 0)
        {
            var size = (learned.Length + _section.Minibatches - 1) / _section.Minibatches;
            var minibatches = learned.Chunk(size).Select(MicroBatches).ToArray();
            // The policy that sampled is the policy of now only for the first minibatch.
            if (minibatches.Length > 1)
                minibatches = [.. minibatches.Select(parts => parts.Select(part => part with { OldLogProbs = LogProbs(part) }).ToArray())];
            foreach (var parts in minibatches)
            {
                losses.Add(Learn(parts, gradients, seen, cancellation));
                norm = gradients.Update();
            }
        }
        return new StepResult(losses.Sum(), learned.Sum(w => (long)w.Episode.Prompt.Length + w.Episode.Answer.Length), Metrics(episodes, withSignal.Length, seen, norm));
    }

    /// <inheritdoc/>
    public string? Sample(CancellationToken cancellation) => _samples?.Write(cancellation);

    /// <summary>What a group's answers are worth: those that could not be graded leave it.</summary>
    private Weighed[] Weigh(Episode[] group)
    {
        var graded = Array.FindAll(group, episode => !episode.Grade.IsFailed);
        var advantages = Advantages.Group([.. graded.Select(episode => episode.Grade.Score)], _section.NormalizeAdvantages);
        return [.. graded.Zip(advantages, (episode, advantage) => new Weighed(episode, advantage))];
    }

    private void CheckFailures(IReadOnlyList<Episode> episodes)
    {
        var failed = episodes.Where(episode => episode.Grade.IsFailed).ToArray();
        if (failed.Length > _section.MaxGraderFailures * episodes.Count)
        {
            throw new InvalidDataException(
                $"{failed.Length} of {episodes.Count} answers could not be graded, more than reason.max_grader_failures allows; the first time: {failed[0].Grade.Message}");
        }
    }

    private static Dictionary<string, double> Metrics(IReadOnlyList<Episode> episodes, int groupsWithSignal, List<PolicyLoss> seen, double norm)
    {
        var graded = episodes.Where(episode => !episode.Grade.IsFailed).ToArray();
        var metrics = new Dictionary<string, double>
        {
            ["reward"] = graded.Length == 0 ? 0 : graded.Average(e => e.Grade.Score),
            ["answer_tokens"] = episodes.Average(e => (double)e.Answer.Length),
            ["groups_with_signal"] = groupsWithSignal,
            ["ratio"] = seen.Count == 0 ? 1 : seen.Average(s => s.MeanRatio),
            ["clip_fraction"] = seen.Count == 0 ? 0 : seen.Average(s => s.ClipFraction),
            ["gradient_norm"] = norm,
        };
        if (graded.Length < episodes.Count)
            metrics["grader_failures"] = episodes.Count - graded.Length;
        // A reward of one piece is its own part.
        foreach (var part in graded.SelectMany(e => e.Grade.Parts).GroupBy(part => part.Key).Where(_ => graded.Any(e => e.Grade.Parts.Count > 1)))
            metrics["reward_" + part.Key] = part.Average(p => p.Value);
        return metrics;
    }

    private double Learn(PolicyBatch[] parts, IGradients gradients, List<PolicyLoss> seen, CancellationToken cancellation)
    {
        var total = parts.Sum(part => part.Total);
        var device = _policy.Weights.Device;
        var sum = 0.0;
        foreach (var whole in parts)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var part = gradients.Share(whole);
            if (part.Rows == 0)
                continue;
            var logProbs = LogProbs(_policy, part, device); // [B, T]
            var before = part.OldLogProbs is null ? logProbs.detach() : part.ToTensor(part.OldLogProbs, device); // [B, T]
            var mask = part.ToTensor(part.Mask, device); // [B, T]
            var policy = Losses.ClippedPolicy(logProbs, before, part.ToTensor(part.Advantages, device), mask, _section.ClipLow, _section.ClipHigh, total);
            var loss = policy.Loss;
            if (_reference is not null)
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

    private float[] LogProbs(PolicyBatch part)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return LogProbs(_policy, part, _policy.Weights.Device).cpu().data<float>().ToArray();
    }

    private Tensor LogProbs(Transformer model, PolicyBatch part, Device device) =>
        model.TokenLogProbs(model.Hidden(part.ToTensor(part.Inputs, device)), part.ToTensor(part.Targets, device), _section.Temperature);

    /// <summary>Cuts a minibatch into what goes through the model at once: rows of like length side by side, so that little is padding.</summary>
    private static PolicyBatch[] MicroBatches(Weighed[] episodes) =>
        [.. episodes.OrderBy(w => w.Episode.Prompt.Length + w.Episode.Answer.Length).Chunk(MicroBatch).Select(Collate)];

    /// <summary>Prompt and answer in a row each, padded at the right.</summary>
    internal static PolicyBatch Collate(IReadOnlyList<Weighed> episodes)
    {
        var time = episodes.Max(w => w.Episode.Prompt.Length + w.Episode.Answer.Length) - 1;
        var inputs = new long[episodes.Count * time];
        var targets = new long[episodes.Count * time];
        var mask = new float[episodes.Count * time];
        var advantages = new float[episodes.Count * time];
        for (var row = 0; row < episodes.Count; row++)
        {
            var (prompt, answer) = (episodes[row].Episode.Prompt, episodes[row].Episode.Answer);
            int[] ids = [.. prompt, .. answer];
            for (var t = 0; t + 1 < ids.Length; t++)
            {
                var at = row * time + t;
                inputs[at] = ids[t];
                targets[at] = ids[t + 1];
                if (t + 1 < prompt.Length)
                    continue;
                mask[at] = 1;
                advantages[at] = (float)episodes[row].Advantage;
            }
        }
        return new PolicyBatch(episodes.Count, inputs, targets, mask, advantages);
    }

    /// <summary>An episode and how much better than its group it was.</summary>
    internal readonly record struct Weighed(Episode Episode, double Advantage);
}
