using System.ComponentModel.DataAnnotations;
using Mindwright.Model;
using Mindwright.Training.Optimization;

namespace Mindwright.Training;

/// <summary>Everything that can be set about a run: one TOML file, a section a concern. Every key is documented in <c>recipes/quickstart.toml</c>.</summary>
public sealed record Recipe
{
    /// <summary>Name of the run; part of its folder's name.</summary>
    public string Name { get; init; } = "run";

    /// <summary>Decides everything random.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; } = 1;

    /// <summary>Where and how numbers are computed.</summary>
    public ComputeSection Compute { get; init; } = new();

    /// <summary>The text that is learnt.</summary>
    public DataSection Data { get; init; } = new();

    /// <summary>The vocabulary.</summary>
    public TokenizerSection Tokenizer { get; init; } = new();

    /// <summary>The transformer's shape.</summary>
    public ModelSection Model { get; init; } = new();

    /// <summary>Predicting the next token of text.</summary>
    public PretrainSection Pretrain { get; init; } = new();

    /// <summary>Fine-tuning on conversations.</summary>
    public SftSection Sft { get; init; } = new();

    /// <summary>Reinforcement learning on problems whose answers can be checked.</summary>
    public ReasonSection Reason { get; init; } = new();

    /// <summary>A ladder of models for a scaling law.</summary>
    public Sweep.SweepSection Sweep { get; init; } = new();

    /// <summary>The recipe with the steps of all stages multiplied.</summary>
    public Recipe WithBudget(double factor)
    {
        int Scale(int steps) => Math.Max(1, (int)Math.Round(steps * factor));
        return this with
        {
            Pretrain = Pretrain with { Steps = Scale(Pretrain.Steps) },
            Sft = Sft with { Steps = Scale(Sft.Steps) },
            Reason = Reason with { Steps = Scale(Reason.Steps) },
        };
    }
}

/// <summary>In which type matrices are multiplied.</summary>
public enum Precision
{
    /// <summary>bf16 where the processor or device multiplies it natively, else fp32.</summary>
    Auto,

    /// <summary>Single precision.</summary>
    Fp32,

    /// <summary>bfloat16 products over fp32 master weights.</summary>
    Bf16,
}

/// <summary>Where and how numbers are computed.</summary>
public sealed record ComputeSection
{
    /// <summary><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>In which type matrices are multiplied.</summary>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Threads of the CPU's math; 0 takes one a core.</summary>
    [Range(0, 1024)]
    public int Threads { get; init; }

    /// <summary>Wall-clock minutes between checkpoints.</summary>
    [Range(0.01, 100_000)]
    public double CheckpointMinutes { get; init; } = 5;
}

/// <summary>The text that is learnt.</summary>
public sealed record DataSection
{
    /// <summary>Files, folders or globs of the user's own; empty takes the built-in corpus (the SDK's API reference).</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Share of the user's documents that is kept for measuring.</summary>
    [Range(0.001, 0.5)]
    public double HeldOut { get; init; } = 0.02;

    /// <summary>Members of the built-in API reference to learn, chosen by a hash of their names; 0 takes all.</summary>
    [Range(0, 10_000_000)]
    public int Members { get; init; }

    /// <summary>Documents about the little world (skies, opposites, arithmetic) mixed into the text.</summary>
    [Range(0, 10_000_000)]
    public int WorldDocuments { get; init; } = 20_000;

    /// <summary>Worked comparisons of decimals mixed into the text.</summary>
    [Range(0, 10_000_000)]
    public int CompareDocuments { get; init; } = 20_000;

    /// <summary>Worked products of two-digit numbers mixed into the text; harder, so a model needs more of them.</summary>
    [Range(0, 10_000_000)]
    public int MultiplyDocuments { get; init; } = 20_000;
}

/// <summary>The vocabulary.</summary>
public sealed record TokenizerSection
{
    /// <summary>Token ids in all: 256 bytes, the learnt merges, and the special tokens.</summary>
    [Range(300, 1_000_000)]
    public int Vocabulary { get; init; } = 4096;
}

/// <summary>The transformer's shape.</summary>
public sealed record ModelSection : IValidatableObject
{
    /// <summary>Blocks.</summary>
    [Range(1, 1000)]
    public int Layers { get; init; } = 4;

    /// <summary>Channels of the residual stream.</summary>
    [Range(8, 65536)]
    public int Width { get; init; } = 256;

    /// <summary>Query heads.</summary>
    [Range(1, 1024)]
    public int Heads { get; init; } = 4;

    /// <summary>Key/value heads; divides the heads.</summary>
    [Range(1, 1024)]
    public int KeyValueHeads { get; init; } = 4;

    /// <summary>Channels of the feed-forward layer.</summary>
    [Range(8, 1_000_000)]
    public int Intermediate { get; init; } = 704;

    /// <summary>Tokens that the model can attend over.</summary>
    [Range(16, 1_000_000)]
    public int Context { get; init; } = 512;

    /// <summary>Base of the rotary embedding's wavelengths.</summary>
    [Range(10, 1e9)]
    public double RopeTheta { get; init; } = 10_000;

    /// <summary>Whether input and output embeddings share their weights.</summary>
    public bool TiedEmbeddings { get; init; } = true;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Heads % KeyValueHeads != 0)
            yield return new ValidationResult($"heads ({Heads}) must be a multiple of key_value_heads ({KeyValueHeads})", [nameof(KeyValueHeads)]);
        if (Width % (2 * Heads) != 0)
            yield return new ValidationResult($"width ({Width}) must be a multiple of twice the heads ({Heads})", [nameof(Width)]);
    }

    /// <summary>The configuration of a model with this shape.</summary>
    public ModelConfig ToConfig(int vocabulary, int endOfText, int endOfTurn) => new()
    {
        Architecture = Architecture.Qwen3,
        VocabularySize = vocabulary,
        HiddenSize = Width,
        IntermediateSize = Intermediate,
        Layers = Layers,
        Heads = Heads,
        KeyValueHeads = KeyValueHeads,
        HeadSize = Width / Heads,
        ContextLength = Context,
        RopeTheta = RopeTheta,
        TiedEmbeddings = TiedEmbeddings,
        BeginOfText = endOfText,
        EndOfText = [endOfTurn, endOfText],
    };
}

/// <summary>The knobs that all stages have.</summary>
public abstract record StageSection
{
    /// <summary>Optimizer steps.</summary>
    [Range(1, 100_000_000)]
    public int Steps { get; init; } = 100;

    /// <summary>Whether matrices are updated by Muon rather than AdamW.</summary>
    public bool Muon { get; init; } = true;

    /// <summary>Learning rate of matrices.</summary>
    [Range(0, 10.0)]
    public double MatrixRate { get; init; } = 0.02;

    /// <summary>Learning rate of embeddings, AdamW.</summary>
    [Range(0, 10.0)]
    public double EmbeddingRate { get; init; } = 0.004;

    /// <summary>Learning rate of gains and biases, AdamW.</summary>
    [Range(0, 10.0)]
    public double VectorRate { get; init; } = 0.004;

    /// <summary>Decoupled weight decay.</summary>
    [Range(0, 10.0)]
    public double WeightDecay { get; init; }

    /// <summary>Share of the steps in which the learning rate rises.</summary>
    [Range(0, 1.0)]
    public double Warmup { get; init; } = 0.02;

    /// <summary>Share of the steps in which it falls.</summary>
    [Range(0, 1.0)]
    public double Decay { get; init; } = 0.5;

    /// <summary>What is left of it at the end.</summary>
    [Range(0, 1.0)]
    public double Final { get; init; }

    /// <summary>Longest gradient; longer ones are scaled down. 0 leaves them.</summary>
    [Range(0, 1e9)]
    public double Clip { get; init; } = 1;

    /// <summary>Steps between evaluations; 0 evaluates only before and after.</summary>
    [Range(0, 1_000_000)]
    public int EvaluateEvery { get; init; }

    /// <summary>
    /// A loss more than so many median absolute deviations above the median of the latest ones sends the stage back to its latest rewind
    /// point, past the batches since. 0 lets spikes be, as is right where losses jump by design.
    /// </summary>
    [Range(0, 1e9)]
    public double SpikeThreshold { get; init; }

    /// <summary>Steps between rewind points, each a checkpoint; only with a spike threshold.</summary>
    [Range(1, 1_000_000)]
    public int RewindEvery { get; init; } = 100;

    /// <summary>The loop's options that these knobs make.</summary>
    public Loop.TrainerOptions ToOptions(double checkpointMinutes) => new()
    {
        Steps = Steps,
        Optimizer = new OptimizerOptions
        {
            Muon = Muon,
            MatrixRate = MatrixRate,
            EmbeddingRate = EmbeddingRate,
            VectorRate = VectorRate,
            WeightDecay = WeightDecay,
        },
        Schedule = new Schedule(Warmup, Decay, Final),
        Clip = Clip,
        EvaluateEvery = EvaluateEvery,
        SpikeThreshold = SpikeThreshold,
        RewindEvery = RewindEvery,
        CheckpointMinutes = checkpointMinutes,
    };
}

/// <summary>Predicting the next token of text.</summary>
public sealed record PretrainSection : StageSection
{
    /// <summary>Rows of a step.</summary>
    [Range(1, 1_000_000)]
    public int Batch { get; init; } = 16;

    /// <summary>Rows that go through the model at once; gradients add up over the rest.</summary>
    [Range(1, 1_000_000)]
    public int MicroBatch { get; init; } = 16;

    /// <summary>Tokens of a row.</summary>
    [Range(2, 1_000_000)]
    public int Row { get; init; } = 256;

    /// <summary>Held-out tokens that an evaluation reads.</summary>
    [Range(100, 1_000_000_000)]
    public int EvaluationTokens { get; init; } = 60_000;
}

/// <summary>Fine-tuning on conversations.</summary>
public sealed record SftSection : StageSection
{
    /// <summary>Rows of packed conversations of a step.</summary>
    [Range(1, 1_000_000)]
    public int Batch { get; init; } = 16;

    /// <summary>Rows that go through the model at once.</summary>
    [Range(1, 1_000_000)]
    public int MicroBatch { get; init; } = 16;

    /// <summary>Tokens of a row.</summary>
    [Range(16, 1_000_000)]
    public int Row { get; init; } = 256;

    /// <summary>Conversations about the API reference.</summary>
    [Range(0, 10_000_000)]
    public int DocConversations { get; init; } = 20_000;

    /// <summary>Small talk and manners.</summary>
    [Range(0, 10_000_000)]
    public int SmallTalk { get; init; } = 2_000;

    /// <summary>Questions about the little world.</summary>
    [Range(0, 10_000_000)]
    public int World { get; init; } = 2_000;

    /// <summary>Comparisons of decimals, thought through before the answer.</summary>
    [Range(0, 10_000_000)]
    public int CompareProblems { get; init; } = 4_000;

    /// <summary>Products of two-digit numbers, thought through before the answer.</summary>
    [Range(0, 10_000_000)]
    public int MultiplyProblems { get; init; } = 4_000;
}

/// <summary>Reinforcement learning on problems whose answers can be checked (GRPO).</summary>
public sealed record ReasonSection : StageSection
{
    /// <summary>Questions of a step.</summary>
    [Range(1, 100_000)]
    public int Questions { get; init; } = 16;

    /// <summary>Answers sampled to each question.</summary>
    [Range(2, 100_000)]
    public int Group { get; init; } = 8;

    /// <summary>Optimizer updates that one step's answers are cut into.</summary>
    [Range(1, 1000)]
    public int Minibatches { get; init; } = 1;

    /// <summary>Longest answer, in tokens.</summary>
    [Range(1, 1_000_000)]
    public int MaxTokens { get; init; } = 96;

    /// <summary>Temperature of sampling and of scoring.</summary>
    [Range(0.01, 10.0)]
    public double Temperature { get; init; } = 1;

    /// <summary>Whether advantages are divided by the group's deviation.</summary>
    public bool NormalizeAdvantages { get; init; } = true;

    /// <summary>The probability ratio is clipped below 1 − this.</summary>
    [Range(0, 1.0)]
    public double ClipLow { get; init; } = 0.2;

    /// <summary>The probability ratio is clipped above 1 + this.</summary>
    [Range(0, 10.0)]
    public double ClipHigh { get; init; } = 0.28;

    /// <summary>Weight of the divergence from the model that the stage began with; 0 leaves it out.</summary>
    [Range(0, 10.0)]
    public double KlWeight { get; init; }

    /// <summary>Unseen questions of each kind by which pass@k is measured before and after.</summary>
    [Range(1, 100_000)]
    public int EvaluationQuestions { get; init; } = 100;
}
