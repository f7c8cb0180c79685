using System.Diagnostics;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>What an operation took in all.</summary>
/// <param name="Operation">Its name.</param>
/// <param name="Calls">How often it ran.</param>
/// <param name="Seconds">Wall time.</param>
/// <param name="Flops">Floating-point operations of its matrix products; 0 where it has none.</param>
/// <param name="Bytes">Bytes of its inputs and outputs, each counted once.</param>
public sealed record OperationCost(string Operation, long Calls, double Seconds, double Flops, double Bytes);

/// <summary>Times the operations of training by name. For one training thread of a process at a time; costs nothing while it is off.</summary>
public static class OperationProfile
{
    private static Dictionary<string, OperationCost>? _costs;

    /// <summary>Begins anew.</summary>
    public static void Start() => _costs = [];

    /// <summary>Ends, and returns what was seen, the most expensive first.</summary>
    public static IReadOnlyList<OperationCost> Stop()
    {
        var costs = _costs?.Values.OrderByDescending(c => c.Seconds).ToArray() ?? [];
        _costs = null;
        return costs;
    }

    /// <summary>Times an operation until the result is disposed. Operations must not enclose each other.</summary>
    /// <param name="operation">Its name.</param>
    /// <param name="flops">Floating-point operations of its products.</param>
    /// <param name="bytes">Bytes of its inputs and outputs.</param>
    public static Timing Time(string operation, double flops, double bytes) => new(_costs is null ? null : operation, flops, bytes);

    /// <summary>Times a product of so many rows with a matrix <c>[out, in]</c>.</summary>
    internal static Timing TimeProduct(string operation, long rows, Tensor matrix)
    {
        var (outputs, inputs) = (matrix.shape[0], matrix.shape[1]);
        return Time(operation, 2.0 * rows * outputs * inputs, matrix.element_size() * (double)(rows * (outputs + inputs) + outputs * inputs));
    }

    /// <summary>An operation that runs.</summary>
    public readonly struct Timing : IDisposable
    {
        private readonly string? _operation;
        private readonly double _flops;
        private readonly double _bytes;
        private readonly long _start;

        internal Timing(string? operation, double flops, double bytes)
        {
            (_operation, _flops, _bytes) = (operation, flops, bytes);
            _start = operation is null ? 0 : Stopwatch.GetTimestamp();
        }

        /// <summary>Ends it.</summary>
        public void Dispose()
        {
            if (_operation is null || _costs is not { } costs)
                return;
            var seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
            var before = costs.GetValueOrDefault(_operation) ?? new OperationCost(_operation, 0, 0, 0, 0);
            costs[_operation] = before with
            {
                Calls = before.Calls + 1,
                Seconds = before.Seconds + seconds,
                Flops = before.Flops + _flops,
                Bytes = before.Bytes + _bytes,
            };
        }
    }
}
