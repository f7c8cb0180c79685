using System.Reflection;
using Mindwright.Data;
using Mindwright.Evaluation.Statistics;
using Mindwright.Inference.Opening;
using Mindwright.Jinja;
using Mindwright.Planning;
using Mindwright.Runs;
using Mindwright.Tokens;

// One small thing from each project, so that each is loaded.
var document = new Document(new JinjaTemplate("Hello, {{ name }}!").Render(new Dictionary<string, object?> { ["name"] = "world" }), "here");
var tokenizer = BpeTrainer.Train([document.Text], new BpeTrainingOptions { VocabularySize = 256, SpecialTokens = [] });
Console.WriteLine(tokenizer.Decode(tokenizer.Encode(document.Text)));
Console.WriteLine($"device {ModelDevice.Parse("cpu")}, {ModelShape.Known.Count} models known, {Proportion.Wilson(1, 2).Low:0.0}, a run: {RunFolder.IsRun(".")}");
foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies().Select(a => a.GetName().Name).Order(StringComparer.Ordinal))
    Console.WriteLine(assembly);
