using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Security.Cryptography;
using TorchSharp;

namespace Mindwright.Model.Native;

/// <summary>How libtorch was loaded into this process.</summary>
/// <param name="Version">libtorch's version.</param>
/// <param name="Folder">The folder whose libtorch is in use.</param>
/// <param name="Patched">
/// The path of the patched copy of TorchSharp's native library, where the system's C++ library is too old for the stock file; else null.
/// </param>
/// <param name="HasCuda">Whether a CUDA device can be used.</param>
public sealed record LibTorchInfo(string Version, string Folder, string? Patched, bool HasCuda);

/// <summary>
/// Finds and loads libtorch: the one beside the program, or the one in the folder named by <c>MINDWRIGHT_LIBTORCH</c>
/// (a user's own, or that of a Python installation of PyTorch, with CUDA if it has it).
/// </summary>
/// <remarks>
/// TorchSharp's native library asks for <c>GLIBCXX_3.4.32</c> (GCC 13) for one symbol that nothing refers to, so the loaders of
/// Debian 12, Ubuntu 22.04 and RHEL 9 refuse it. There a copy with that need marked weak is written to the user's cache folder
/// and loaded instead; the package's file is never touched.
/// </remarks>
public static class LibTorch
{
    /// <summary>The environment variable that names the folder of another libtorch.</summary>
    public const string FolderVariable = "MINDWRIGHT_LIBTORCH";

    private const string NeededVersion = "GLIBCXX_3.4.32";
    private static readonly Lazy<LibTorchInfo> Loaded = new(LoadOnce);
    private static string? _patched;

    /// <summary>The folder whose libtorch is used.</summary>
    public static string Folder => Own is { } own ? Path.GetFullPath(own) : Path.Combine(AppContext.BaseDirectory, "libtorch");

    // The user's own libtorch, if there is one.
    private static string? Own => Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder ? folder : null;

    /// <summary>Loads libtorch, once for the process.</summary>
    /// <exception cref="DeviceException">It cannot be found or loaded; the message says why, and the cure.</exception>
    public static LibTorchInfo Load() => Loaded.Value;

    // TorchSharp loads its native parts by name when it is first touched; the runtime asks here for what it does not find.
    // A module initializer, since nothing of this project may touch TorchSharp before.
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "must come before any use of TorchSharp, whichever type is used first")]
    internal static void AnswerLoader() => AssemblyLoadContext.Default.ResolvingUnmanagedDll += (assembly, name) => Resolve(assembly, name);

    private static LibTorchInfo LoadOnce()
    {
        ThreadWaiting.SleepSoon();
        // First: a library that is loaded is found by its name, so TorchSharp's own search then ends here, and not at another
        // libtorch that the system may have (Debian's python3-torch brings one).
        LoadCore();
        if (Own is null)
            TensorMemory.Install(LoadFrom(Folder, "c10", required: true));
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
            var hasCuda = File.Exists(Path.Combine(Folder, FileName("torch_cuda"))) && torch.TryInitializeDeviceType(DeviceType.CUDA);
            return new LibTorchInfo(torch.__version__, Folder, _patched, hasCuda);
        }
        catch (TypeInitializationException e) when (e.InnerException is not null)
        {
            throw e.InnerException as DeviceException ?? new DeviceException($"libtorch in {Folder} cannot be used: {e.InnerException.Message}", e);
        }
    }

    private static nint Resolve(Assembly assembly, string name)
    {
        if (assembly != typeof(torch).Assembly)
            return 0;
        return name switch
        {
            "torch_cpu" => LoadCore(),
            "torch_cuda" => LoadFrom(Folder, "torch_cuda", required: false),
            "LibTorchSharp" => LoadBinding(),
            _ => 0,
        };
    }

    /// <summary>libtorch's libraries in the order of their dependencies, each by its absolute path.</summary>
    private static nint LoadCore()
    {
        if (!Directory.Exists(Folder))
        {
            throw new DeviceException(Own is not null
                ? $"{FolderVariable} names {Folder}, which does not exist; name the folder that holds {FileName("torch_cpu")}, or unset it"
                : $"libtorch is not at {Folder}; build or publish the program again, or name a libtorch folder in {FolderVariable}");
        }
        LoadFrom(Folder, "c10", required: true);
        var core = LoadFrom(Folder, "torch_cpu", required: true);
        LoadFrom(Folder, "c10_cuda", required: false);
        LoadFrom(Folder, "torch_cuda", required: false);
        LoadFrom(Folder, "torch", required: false);
        return core;
    }

    private static nint LoadBinding()
    {
        var stock = SearchFolders().Select(f => Path.Combine(f, FileName("LibTorchSharp"))).FirstOrDefault(File.Exists)
            ?? throw new DeviceException($"{FileName("LibTorchSharp")} is missing beside the program; build or publish it again");
        try
        {
            return NativeLibrary.Load(stock);
        }
        catch (DllNotFoundException e) when (OperatingSystem.IsLinux() && e.Message.Contains(NeededVersion, StringComparison.Ordinal))
        {
            _patched = Patch(stock);
            return NativeLibrary.Load(_patched);
        }
        catch (DllNotFoundException e)
        {
            throw new DeviceException($"{stock} cannot be loaded: {e.Message}", e);
        }
    }

    /// <summary>Writes the copy of the library that older systems load, unless an equal one is there; returns its path.</summary>
    internal static string Patch(string stock, string? cacheFolder = null)
    {
        var image = File.ReadAllBytes(stock);
        if (ElfVersionNeeds.MarkWeak(image, NeededVersion) == 0)
            throw new DeviceException($"{stock} does not name {NeededVersion} among the versions it needs; install libstdc++ of GCC 13 or newer");
        cacheFolder ??= Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create) is { Length: > 0 } data
                ? data : Path.GetTempPath(),
            "mindwright");
        Directory.CreateDirectory(cacheFolder);
        var patched = Path.Combine(cacheFolder, $"libLibTorchSharp-{Convert.ToHexStringLower(SHA256.HashData(image).AsSpan(0, 8))}.so");
        if (!File.Exists(patched) || !File.ReadAllBytes(patched).AsSpan().SequenceEqual(image))
        {
            var unfinished = $"{patched}.{Environment.ProcessId}";
            File.WriteAllBytes(unfinished, image);
            File.Move(unfinished, patched, overwrite: true);
        }
        return patched;
    }

    private static nint LoadFrom(string folder, string library, bool required)
    {
        var path = Path.Combine(folder, FileName(library));
        if (!File.Exists(path))
            return required ? throw new DeviceException($"{path} is missing; name a folder with a whole libtorch in {FolderVariable}, or unset it") : 0;
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new DeviceException($"{path} cannot be loaded: {e.Message}", e);
        }
    }

    private static IEnumerable<string> SearchFolders() =>
        ((AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string) ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Append(AppContext.BaseDirectory);

    private static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";
}
