using System.ComponentModel.DataAnnotations;
using Mindwright.Data.BuiltIn;
using Mindwright.Model;
using Mindwright.Training.Optimization;
using Mindwright.Training.Recipes;

namespace Mindwright.Training;

/// <summary>Everything that can be set about a run: one TOML file, a section a concern. Every key is documented in <c>recipes/quickstart.toml</c>.</summary>
public sealed record Recipe : IDerivesDefaults<Recipe>, IValidatableObject
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

    /// <summary>Adapters instead of full fine-tuning, in the stages after pre-training.</summary>
    public LoraSection Lora { get; init; } = new();

    /// <summary>Reinforcement learning on problems whose answers can be checked.</summary>
    public ReasonSection Reason { get; init; } = new();

    /// <summary>A ladder of models for a scaling law.</summary>
    public Sweep.SweepSection Sweep { get; init; } = new();

    /// <summary>Contexts whose next word is measured at every evaluation of pre-training; empty takes those of the built-in world, where it is mixed in.</summary>
    public IReadOnlyList<ProbeSection> Probes { get; init; } = [];

    /// <inheritdoc/>
    public Recipe WithDerivedDefaults() => Model.Depth > 0 ? DepthDial.Turn(this) : this;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Pretrain.Passes > 0 && Data.Phases.Count > 0)
            yield return new ValidationResult("passes are counted over one text; with data.phases give pretrain.steps", [nameof(Pretrain)]);
        if (Probes.Select((probe, i) => probe.ToProbe(i + 1).Name).GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            yield return new ValidationResult($"two probes have the name {twice.Key}", [nameof(Probes)]);
    }

    /// <summary>The recipe with the steps of all stages multiplied.</summary>
    public Recipe WithBudget(double factor)
    {
        int Scale(int steps) => Math.Max(1, (int)Math.Round(steps * factor));
        return this with
        {
            Pretrain = Pretrain with { Steps = Scale(Pretrain.Steps), Passes = Pretrain.Passes * factor },
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

    /// <summary>Whether to compute activations anew in the backward pass instead of keeping them.</summary>
    public bool CheckpointActivations { get; init; }

    /// <summary>Wall-clock minutes between checkpoints.</summary>
    [Range(0.01, 100_000)]
    public double CheckpointMinutes { get; init; } = 5;
}

/// <summary>Where the text comes from.</summary>
public enum TextSource
{
    /// <summary>The files named by <see cref="DataSection.Paths"/>, or the built-in corpus.</summary>
    Text,

    /// <summary>All sums modulo <see cref="DataSection.Modulus"/>, of which only the answers count.</summary>
    ModularAddition,
}

/// <summary>The text that is learnt.</summary>
public sealed record DataSection
{
    /// <summary>Where the text comes from.</summary>
    public TextSource Source { get; init; } = TextSource.Text;

    /// <summary>Of the sums, if they are the source.</summary>
    [Range(2, 1000)]
    public int Modulus { get; init; } = 97;

    /// <summary>
    /// Files, folders or globs of the user's own, or one folder that <c>mindwright data build</c> made; empty takes the built-in corpus
    /// (the SDK's API reference).
    /// </summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Tags of a built folder whose documents are not learnt.</summary>
    public IReadOnlyList<string> WithoutTags { get; init; } = [];

    /// <summary>Share of the user's documents that is kept for measuring.</summary>
    [Range(0.001, 0.99)]
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

    /// <summary>What is read when: texts in their order, each for a share of the steps. Empty reads all of the text all the time.</summary>
    public IReadOnlyList<PhaseSection> Phases { get; init; } = [];
}

/// <summary>What is read during a part of pre-training; without paths and texts, the run's own text.</summary>
public sealed record PhaseSection
{
    /// <summary>Its name.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Its share of the steps, relative to the other phases'.</summary>
    [Range(1e-6, 1e6)]
    public double Share { get; init; } = 1;

    /// <summary>Files, folders or globs.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Documents, word for word; repeated as often as there is room.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];
}

/// <summary>A context whose next word shows what the text has taught.</summary>
public sealed record ProbeSection
{
    /// <summary>Its name in metrics and report; probe-1, probe-2, … if left out.</summary>
    public string Name { get; init; } = "";

    /// <summary>The beginning of a text.</summary>
    [Required]
    public string Context { get; init; } = "";

    /// <summary>The word that should follow, with the space before it.</summary>
    [Required]
    public string Expect { get; init; } = "";

    /// <summary>Words that might follow instead.</summary>
    public IReadOnlyList<string> Against { get; init; } = [];

    /// <summary>The probe, named by its number if it has no name.</summary>
    public Probe ToProbe(int number) => new(Name.Length > 0 ? Name : $"probe-{number}", Context, Expect, Against);
}

/// <summary>The vocabulary.</summary>
public sealed record TokenizerSection
{
    /// <summary>Token ids in all: 256 bytes, the learnt merges, and the special tokens.</summary>
    [Range(300, 1_000_000)]
    public int Vocabulary { get; init; } = 4096;

    /// <summary>
    /// How text is cut before merges are learnt: <c>qwen2</c>, <c>gpt2</c>, <c>cl100k</c>, <c>llama3</c>, <c>o200k</c>, <c>tekken</c>. The default
    /// keeps every digit apart; <c>gpt2</c> lets numbers become tokens.
    /// </summary>
    public string Pattern { get; init; } = "qwen2";
}

/// <summary>The transformer's shape.</summary>
public sealed record ModelSection : IValidatableObject
{
    /// <summary>
    /// The one dial for who doesn't want to choose: sets layers, width, heads, and pre-training's batch, rates and steps (see <see cref="DepthDial"/>);
    /// each can still be given. 0 leaves them all.
    /// </summary>
    [Range(0, 100)]
    public int Depth { get; init; }

    /// <summary>Which published layout the model has.</summary>
    public Architecture Architecture { get; init; } = Architecture.Qwen3;

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
        Architecture = Architecture,
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

    /// <summary>Decay of Muon's momentum.</summary>
    [Range(0, 0.9999)]
    public double Momentum { get; init; } = 0.95;

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
            Momentum = Momentum,
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
    /// <summary>The defaults of pre-training.</summary>
    // Runs of some hundred steps learn more with a shorter memory than Muon's usual 0.95 (docs/log.md).
    public PretrainSection() => Momentum = 0.9;

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

    /// <summary>Passes over the text, instead of steps; each is evaluated at its end, unless <see cref="StageSection.EvaluateEvery"/> says otherwise. 0 counts steps.</summary>
    [Range(0, 1e6)]
    public double Passes { get; init; }

    /// <summary>Passages, learnt and unseen, by which each evaluation measures what the model knows by heart; 0 measures none.</summary>
    [Range(0, 1_000_000)]
    public int Passages { get; init; }

    /// <summary>The knobs with passes turned into steps.</summary>
    /// <param name="rows">Rows of a pass.</param>
    public PretrainSection Over(int rows) => Passes == 0 ? this : this with
    {
        Steps = Math.Max(1, (int)Math.Ceiling(Passes * rows / Batch)),
        EvaluateEvery = EvaluateEvery > 0 ? EvaluateEvery : Math.Max(1, (int)Math.Round((double)rows / Batch)),
    };
}

/// <summary>Low-rank adapters over a frozen model (Hu et al. 2021), in the stages after pre-training.</summary>
public sealed record LoraSection
{
    /// <summary>Rank of the adapters; 0 trains the model itself.</summary>
    [Range(0, 65536)]
    public int Rank { get; init; }

    /// <summary>An adapter's output is multiplied by alpha / rank.</summary>
    [Range(0.001, 1e6)]
    public double Alpha { get; init; } = 16;

    /// <summary>Names of the adapted layers, such as q_proj; empty adapts every matrix of the blocks.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];
}

/// <summary>Fine-tuning on conversations.</summary>
public sealed record SftSection : StageSection
{
    /// <summary>
    /// Conversations of one's own instead of the built-in ones: JSON files, folders or globs, in the OpenAI messages format or ShareGPT's.
    /// </summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

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
