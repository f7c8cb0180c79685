using System.Runtime.CompilerServices;
using Mindwright.Inference.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Model.Tests;

/// <summary>Compares an operation and its gradients with the same mathematics in plain fp64 operations.</summary>
internal static class Oracle
{
    private static readonly ConditionalWeakTable<Tensor, Tensor> Gradients = [];

    /// <summary>An input as a parameter, whose gradient <see cref="Run"/> finds.</summary>
    public static Parameter Parameter(Tensor leaf)
    {
        var gradient = full(leaf.shape, float.NaN, ScalarType.Float32); // what lies there before must not matter
        Gradients.AddOrUpdate(leaf, gradient);
        var parameter = new Parameter(leaf, gradient, ParameterKind.Matrix);
        parameter.Clear();
        return parameter;
    }

    /// <summary>Random inputs of these shapes, in the given type.</summary>
    public static Tensor Random(ScalarType type, int seed, params long[] shape)
    {
        using var generator = new Generator((ulong)seed);
        return randn(shape, ScalarType.Float32, CPU, generator: generator).to(type);
    }

    /// <summary>Output and gradients (of a random weighting of the output) agree within the rounding of the compute type.</summary>
    public static void Agrees(Func<Tensor[], Tensor> fused, Func<Tensor[], Tensor> plain, params Tensor[] inputs)
    {
        using var scope = NewDisposeScope();
        var isBrain = inputs[0].dtype == ScalarType.BFloat16;
        var actual = Run(fused, [.. inputs.Select(t => t.detach().clone())]);
        var expected = Run(plain, [.. inputs.Select(t => t.is_floating_point() ? t.detach().to(ScalarType.Float64) : t)]);
        for (var i = 0; i < actual.Count; i++)
            Assert.True(Error(actual[i], expected[i]) < (isBrain ? 8e-3 : 1e-5), $"tensor {i} is off by {Error(actual[i], expected[i])}");
    }

    /// <summary>The output, then the gradient of each floating-point input.</summary>
    public static List<Tensor> Run(Func<Tensor[], Tensor> operation, Tensor[] inputs)
    {
        foreach (var input in inputs)
            if (input.is_floating_point())
                input.requires_grad_(true);
        var y = operation(inputs);
        (y * Random(ScalarType.Float32, 99, y.shape).to(y.dtype)).sum().backward();
        return [y.detach(), .. inputs.Where(t => t.is_floating_point()).Select(t => t.grad ?? (Gradients.TryGetValue(t, out var gradient) ? gradient : null)!)];
    }

    /// <summary>Root mean square error relative to the root mean square, or the greatest error relative to the greatest value, whichever is worse.</summary>
    public static double Error(Tensor actual, Tensor expected)
    {
        var (a, e) = (actual.to(ScalarType.Float64), expected.to(ScalarType.Float64));
        Assert.True(a.shape.SequenceEqual(e.shape));
        var difference = a - e;
        var norm = difference.norm().item<double>() / Math.Max(1e-300, e.norm().item<double>());
        var most = difference.abs().max().item<double>() / Math.Max(1e-300, e.abs().max().item<double>());
        return double.IsNaN(norm + most) ? double.PositiveInfinity : Math.Max(norm, most);
    }

    /// <summary>Bit for bit the same, run to run and for one thread or two.</summary>
    public static void IsDeterministic(Func<Tensor[], Tensor> fused, params Tensor[] inputs)
    {
        using var scope = NewDisposeScope();
        var threads = get_num_threads();
        List<Tensor>? first = null;
        try
        {
            foreach (var n in new[] { 1, 2, 2, 1 })
            {
                set_num_threads(n);
                var now = Run(fused, [.. inputs.Select(t => t.detach().clone())]);
                first ??= now;
                for (var i = 0; i < now.Count; i++)
                    Assert.True(first[i].equal(now[i]).all().item<bool>(), $"tensor {i} differs");
            }
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    /// <summary>No tensor outlives its scope, whether it was asked for a gradient or not.</summary>
    /// <remarks>Counted are tensors that this thread made and freed: those of the process also change whenever another test's are finalized.</remarks>
    public static void DoesNotLeak(Func<Tensor[], Tensor> fused, params Tensor[] inputs)
    {
        Step();
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (var i = 0; i < 20; i++)
            Step();
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);

        void Step()
        {
            using var scope = NewDisposeScope();
            _ = Run(fused, [.. inputs.Select(t => t.detach().clone())]);
        }
    }
}
