using Mindwright.Testing;

namespace Mindwright.Planning.Tests;

public sealed class ModelShapeTests
{
    // Parameters as the published safetensors hold them.
    [Theory]
    [InlineData("llama-2-7b", """{"model_type":"llama","hidden_size":4096,"intermediate_size":11008,"num_hidden_layers":32,"num_attention_heads":32,"num_key_value_heads":32,"vocab_size":32000,"max_position_embeddings":4096,"tie_word_embeddings":false}""")]
    [InlineData("llama-2-70b", """{"model_type":"llama","hidden_size":8192,"intermediate_size":28672,"num_hidden_layers":80,"num_attention_heads":64,"num_key_value_heads":8,"vocab_size":32000,"max_position_embeddings":4096}""")]
    [InlineData("llama-3-8b", """{"model_type":"llama","hidden_size":4096,"intermediate_size":14336,"num_hidden_layers":32,"num_attention_heads":32,"num_key_value_heads":8,"vocab_size":128256,"max_position_embeddings":8192}""")]
    [InlineData("llama-3-70b", """{"model_type":"llama","hidden_size":8192,"intermediate_size":28672,"num_hidden_layers":80,"num_attention_heads":64,"num_key_value_heads":8,"vocab_size":128256,"max_position_embeddings":8192}""")]
    [InlineData("qwen3-0.6b", """{"model_type":"qwen3","head_dim":128,"hidden_size":1024,"intermediate_size":3072,"num_hidden_layers":28,"num_attention_heads":16,"num_key_value_heads":8,"vocab_size":151936,"max_position_embeddings":40960,"tie_word_embeddings":true}""")]
    public void A_config_file_gives_the_parameters_of_the_table(string name, string config)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["config.json"], config);
        var (known, read) = (ModelShape.Find(name), ModelShape.Find(folder.Path));
        Assert.Equal(known.Parameters, read.Parameters);
        Assert.Equal(known with { Name = read.Name, Source = read.Source }, read);
        Assert.Equal(read.Parameters, ModelShape.Find(folder["config.json"]).Parameters);
    }

    [Fact]
    public void GPT_2_has_124_439_808_parameters_and_Qwen2_counts_its_biases()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["config.json"], """{"model_type":"gpt2","n_layer":12,"n_embd":768,"n_head":12,"n_positions":1024,"vocab_size":50257}""");
        Assert.Equal(124_439_808, ModelShape.Find(folder.Path).Parameters);
        // Qwen2.5-0.5B.
        File.WriteAllText(folder["config.json"], """{"model_type":"qwen2","hidden_size":896,"intermediate_size":4864,"num_hidden_layers":24,"num_attention_heads":14,"num_key_value_heads":2,"vocab_size":151936,"max_position_embeddings":32768,"tie_word_embeddings":true}""");
        Assert.Equal(494_032_768, ModelShape.Find(folder.Path).Parameters);
    }

    // Parameters as the published safetensors hold them.
    [Theory]
    [InlineData("""{"model_type":"mixtral","hidden_size":4096,"intermediate_size":14336,"num_hidden_layers":32,"num_attention_heads":32,"num_key_value_heads":8,"num_local_experts":8,"num_experts_per_tok":2,"vocab_size":32000,"max_position_embeddings":32768}""",
        46_702_792_704, 12_879_925_248)]
    [InlineData("""{"model_type":"qwen3_moe","hidden_size":2048,"head_dim":128,"moe_intermediate_size":768,"intermediate_size":6144,"num_hidden_layers":48,"num_attention_heads":32,"num_key_value_heads":4,"num_experts":128,"num_experts_per_tok":8,"decoder_sparse_step":1,"mlp_only_layers":[],"vocab_size":151936,"max_position_embeddings":40960}""",
        30_532_122_624, 3_353_032_704)]
    public void Mixtures_of_experts_are_counted_though_they_cannot_be_run(string config, double parameters, double active)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["config.json"], config);
        var shape = ModelShape.Find(folder.Path);
        Assert.Equal((parameters, active), (shape.Parameters, shape.ActiveParameters));
    }

    [Fact]
    public void A_quantized_model_has_the_shape_of_the_original()
    {
        const string Shape = """ "model_type":"qwen3","head_dim":128,"hidden_size":1024,"intermediate_size":3072,"num_hidden_layers":28,"num_attention_heads":16,"num_key_value_heads":8,"vocab_size":151936,"max_position_embeddings":40960,"tie_word_embeddings":true""";
        using var folder = new TempFolder();
        File.WriteAllText(folder["config.json"], "{" + Shape + "}");
        var original = ModelShape.Find(folder.Path);
        File.WriteAllText(folder["config.json"], "{" + Shape + """, "quantization_config": {"bits": 4}}""");
        Assert.Equal(original, ModelShape.Find(folder.Path));
    }

    [Theory]
    [InlineData("""{"model_type":"llama"}""", "no 'num_hidden_layers'")]
    [InlineData("""{"model_type":"llama","num_hidden_layers":-1}""", "'num_hidden_layers' in config.json must be a whole number above 0, is -1")]
    [InlineData("""{"model_type":"mamba"}""", "give --params")]
    [InlineData("""{"model_type":"gpt2","n_layer":-1}""", "n_embd is missing")]
    [InlineData("not json", "not a model's config.json")]
    public void Configs_that_cannot_be_counted_say_why(string config, string message)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["config.json"], config);
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => ModelShape.Find(folder.Path)).Message);
    }

    [Fact]
    public void An_unknown_name_lists_the_known() =>
        Assert.Contains("llama-3-8b", Assert.Throws<ArgumentException>(() => ModelShape.Find("llama-9")).Message);
}
