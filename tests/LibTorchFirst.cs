using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Mindwright.Model.Native;

namespace Mindwright.Testing;

/// <summary>
/// Loads libtorch before any test runs. A test that touches TorchSharp before the product has loaded it would find whatever libtorch the system
/// has (Debian's python3-torch brings one), and with it every test of the process would fail, or none, as their order falls.
/// </summary>
internal static class LibTorchFirst
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "must come before any use of TorchSharp, whichever test runs first")]
    internal static void Load() => LibTorch.Load();
}
