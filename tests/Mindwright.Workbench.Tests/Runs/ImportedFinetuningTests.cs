using System.Security.Cryptography;
using Mindwright.Inference.Files;
using Mindwright.Model;
using Mindwright.Runs.Recipes;
using Mindwright.Testing;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Stages.Sft;
using Mindwright.Training.Tests;
using Mindwright.Training.Tests.Loop;
using Mindwright.Workbench.Runs;

namespace Mindwright.Workbench.Tests.Runs;

/// <summary>Fine-tuning what others trained, in full and by adapters, through the pipeline that the command line runs.</summary>
[Collection(nameof(Alone))] // a pipeline sets the process's threads
public sealed class ImportedFinetuningTests
{
    [Theory]
    [InlineData(Architecture.Gpt2, null, "<|endoftext|>", 0)]
    [InlineData(Architecture.Gpt2, null, "<|endoftext|>", 4)]
    [InlineData(Architecture.Llama, ImportedModel.Llama3, "<|eot_id|>", 0)]
    [InlineData(Architecture.Qwen2, ImportedModel.ChatMl, "<|im_end|>", 4)]
    [InlineData(Architecture.Qwen3, ImportedModel.ChatMl, "<|im_end|>", 0)]
    public void An_imported_model_is_tuned_and_keeps_its_tokenizer_and_conventions(Architecture architecture, string? template, string end, int rank)
    {
        using var temp = new TempFolder();
        var from = ImportedModel.Write(temp["base"], architecture, template, end);
        var before = Hashes(from);
        var result = Run(temp, "run", ["sft"], from, rank);
        Assert.Equal(before, Hashes(from)); // the base has not been touched

        var losses = SmallStages.Losses(temp["run"], "sft");
        Assert.True(losses[^3..].Average() < losses[..3].Average() - 0.1, string.Join(", ", losses));
        Assert.NotNull(result.Of<SftResult>()!.ChrF);
        var model = Path.Combine(temp["run"], "model");
        Assert.Equal(File.ReadAllBytes(Path.Combine(from, "tokenizer.json")), File.ReadAllBytes(Path.Combine(model, "tokenizer.json")));
        var chat = ModelTokenizer.Load(model).Chat;
        Assert.Equal(ModelTokenizer.Load(from).Tokenizer.SpecialTokens[end], chat.EndOfTurn);
        Assert.Equal(template is null, File.Exists(Path.Combine(model, "chat_template.jinja")));

        using var tuned = ModelFolder.Load(model, trainable: false);
        using var adapted = ModelFolder.Load(from, trainable: false);
        Assert.Equal(adapted.Config with { EndOfText = [] }, tuned.Config with { EndOfText = [] });
        Assert.Equal(adapted.Config.EndOfText, tuned.Config.EndOfText);
        if (rank == 0)
            return;
        // The adapters over the base are the model that was exported.
        adapted.Adapt(new LoraOptions(rank, 8, []), 99);
        LoraFolder.LoadInto(Path.Combine(temp["run"], "adapters", "sft"), adapted);
        var ids = chat.EncodePrompt([new(ChatRole.User, "What is 3 and 3?")]);
        using var a = new TorchLanguageModel(adapted);
        using var b = new TorchLanguageModel(tuned);
        foreach (var (x, y) in a.Score([ids])[0].Zip(b.Score([ids])[0]))
            Assert.Equal(x.LogProb, y.LogProb, 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void An_interrupted_tuning_resumes_to_the_same_model_bit_for_bit(int rank)
    {
        using var temp = new TempFolder();
        var from = ImportedModel.Write(temp["base"], Architecture.Qwen2, ImportedModel.ChatMl, "<|im_end|>");
        Run(temp, "whole", ["sft"], from, rank);
        SmallRun.Interrupt(temp, "broken", SmallRun.Recipe(temp, rank), ["sft"], from, afterStep: 5);
        var checkpoint = Path.Combine(temp["broken"], "checkpoints", "sft-step-000005");
        Assert.Equal(rank > 0, File.Exists(Path.Combine(checkpoint, "adapter_model.safetensors")));
        Assert.Equal(rank == 0, File.Exists(Path.Combine(checkpoint, "model.safetensors")));
        SmallRun.Resume(temp["broken"]);
        Assert.Equal(Weights(temp["whole"]), Weights(temp["broken"]));
        Assert.Equal(SmallStages.Losses(temp["whole"], "sft"), SmallStages.Losses(temp["broken"], "sft"));
    }

    [Fact]
    public void A_later_stage_adapts_what_the_one_before_made_and_is_never_applied_twice()
    {
        using var temp = new TempFolder();
        var from = ImportedModel.Write(temp["base"], Architecture.Qwen3, ImportedModel.ChatMl, "<|im_end|>");
        Run(temp, "run", ["sft", "reason"], from, rank: 4);
        var merged = Weights(temp["run"]);
        Assert.True(Directory.Exists(Path.Combine(temp["run"], "adapters", "reason-base")));

        // As if it had been killed after the merged model was written, and before the stage was known to be done.
        File.Delete(Path.Combine(temp["run"], "results", "reason.json"));
        SmallRun.Resume(temp["run"]);
        Assert.Equal(merged, Weights(temp["run"]));
    }

    [Fact]
    public void What_cannot_be_is_refused_with_the_cure()
    {
        using var temp = new TempFolder();
        var from = ImportedModel.Write(temp["base"], Architecture.Qwen2, ImportedModel.ChatMl, "<|im_end|>");
        var layer = Assert.Throws<RecipeException>(() =>
            SmallRun.Run(temp, "a", SmallRun.Recipe(temp) with { Lora = new() { Rank = 2, Targets = ["c_attn"] } }, ["sft"], from));
        Assert.Contains("q_proj", layer.Message, StringComparison.Ordinal);
        var row = Assert.Throws<RecipeException>(() =>
            SmallRun.Run(temp, "b", SmallRun.Recipe(temp).With(new SftSection { Paths = [temp["chats.jsonl"]], SequenceLength = 4096 }), ["sft"], from));
        Assert.Equal("sft.sequence_length", row.Key);
        Assert.Throws<DirectoryNotFoundException>(() => Run(temp, "c", ["sft"], null, rank: 0));
    }

    private static RunResult Run(TempFolder temp, string name, string[] stages, string? from, int rank) =>
        SmallRun.Run(temp, name, SmallRun.Recipe(temp, rank), stages, from);

    private static byte[] Weights(string run) => File.ReadAllBytes(Path.Combine(run, "model", "model.safetensors"));

    private static string[] Hashes(string folder) =>
        [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}")];
}
