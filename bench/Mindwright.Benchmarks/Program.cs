using Mindwright.Benchmarks;

// dotnet run -c Release --project bench/Mindwright.Benchmarks -- DATA [ENCODING …]
// dotnet run -c Release --project bench/Mindwright.Benchmarks -- DATA near-duplicates
if (args.Length == 0)
{
    Console.Error.WriteLine("usage: Mindwright.Benchmarks DATA [ENCODING … | near-duplicates]   DATA holds tokenizers/tiktoken, pretrain and multilingual");
    return 2;
}
if (args is [var data, "near-duplicates"])
    NearDuplicateSpeed.Run(data);
else
    TokenizerComparison.Run(args[0], args.Length > 1 ? args[1..] : ["cl100k_base", "o200k_base", "r50k_base"]);
return 0;
