using Mindwright.Data;
using Mindwright.Tokens;

// Builds OUTPUT from INPUT with TOKENIZER. It prints a long line for each document that it reads, so that it gets no further than whoever
// reads the lines lets it.
var line = new string('.', 4_000);
DataBuild.Run(
    new DataBuildOptions
    {
        Output = args[1],
        Sources = [new DataSource("source", [args[0]]) { Read = new ReadOptions { OnBytes = _ => Console.Out.WriteLine(line) } }],
        ShardTokens = 5_000,
        CheckpointCharacters = 20_000,
        ChunkCharacters = 5_000,
        Threads = 2,
    },
    Tokenizer.Load(args[2]));
