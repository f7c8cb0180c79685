using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Mindwright.Docs.Tests;

/// <summary>A C# program with top-level statements, compiled against the assemblies beside the tests, as a user's project would be.</summary>
internal sealed class CompiledSnippet
{
    /// <summary>What the SDK adds to every project, ours and those that <c>dotnet new</c> makes.</summary>
    public const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
        + "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    private static readonly CSharpParseOptions s_options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest);

    private readonly byte[] _assembly;

    private CompiledSnippet(byte[] assembly) => _assembly = assembly;

    /// <summary>The assemblies of the platform, the product and its packages.</summary>
    public static IReadOnlyList<PortableExecutableReference> References { get; } =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>Compiles a program.</summary>
    /// <exception cref="InvalidDataException">It has errors, or warnings.</exception>
    public static CompiledSnippet Compile(string code)
    {
        var compilation = CSharpCompilation.Create(
            "Snippet" + Guid.NewGuid().ToString("N"),
            [CSharpSyntaxTree.ParseText(code, s_options), CSharpSyntaxTree.ParseText(ImplicitUsings, s_options)],
            References,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using var assembly = new MemoryStream();
        var wrong = compilation.Emit(assembly).Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).ToList();
        return wrong.Count == 0 ? new(assembly.ToArray()) : throw new InvalidDataException(string.Join('\n', wrong));
    }

    /// <summary>Runs the program in this process, in a folder of its own, and gives what it prints.</summary>
    /// <remarks>Console and working directory belong to the whole process: nothing else may run beside it.</remarks>
    public string Run(string folder)
    {
        var context = new AssemblyLoadContext(null, isCollectible: true);
        var (console, directory) = (Console.Out, Directory.GetCurrentDirectory());
        using var output = new StringWriter();
        try
        {
            Console.SetOut(output);
            Directory.SetCurrentDirectory(folder);
            var main = context.LoadFromStream(new MemoryStream(_assembly)).EntryPoint!;
            var result = main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, main.GetParameters().Length > 0 ? [Array.Empty<string>()] : [], null);
            (result as Task)?.GetAwaiter().GetResult();
            return output.ToString();
        }
        finally
        {
            Directory.SetCurrentDirectory(directory);
            Console.SetOut(console);
            context.Unload();
        }
    }
}
