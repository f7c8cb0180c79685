using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Mindwright.Inference.Simd;
using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>
/// Splits the product of queries, keys and values, normalises and rotates on the way, and gathers the three gradients into
/// one: a pass over memory each way. Sizes: see <see cref="Kernels.QueriesKeysValues"/>.
/// </summary>
internal sealed unsafe class QueriesKeysValuesKernel : autograd.MultiTensorFunction<QueriesKeysValuesKernel>
{
    private const int MaxHeadSize = 1024;

    public override string Name => nameof(QueriesKeysValuesKernel);

    public static bool Handles(Tensor qkv, Tensor? queryNorm, Tensor? keyNorm, Rotation? rotation) =>
        Fused.Handles(qkv) && IsWide(queryNorm) && IsWide(keyNorm) && IsWide(rotation?.Cos) && IsWide(rotation?.Sin);

    public static (Tensor Queries, Tensor Keys, Tensor Values) Run(
        Tensor qkv, int heads, int groups, Tensor? queryNorm, Tensor? keyNorm, double epsilon, Rotation? rotation)
    {
        var shape = new Shape(heads, groups, (int)qkv.shape[^1] / (heads + 2 * groups), (float)epsilon);
        if (shape.Size > MaxHeadSize)
            throw new ArgumentException($"heads of {shape.Size} channels are too wide; at most {MaxHeadSize} are handled", nameof(qkv));
        var outputs = Fused.NeedsGradient(qkv, queryNorm, keyNorm)
            ? apply(qkv, queryNorm!, keyNorm!, rotation?.Cos!, rotation?.Sin!, shape)
            : Forward(qkv, queryNorm, keyNorm, rotation?.Cos, rotation?.Sin, shape);
        return (outputs[0], outputs[1], outputs[2]);
    }

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var tensors = vars[..5].Select(v => v as Tensor).ToList();
        var shape = (Shape)vars[5];
        ctx.save_for_backward(tensors!);
        ctx.save_data("shape", shape);
        return Forward(tensors[0]!, tensors[1], tensors[2], tensors[3], tensors[4], shape);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs) => Fused.Backward(() =>
    {
        using var queries = grad_outputs[0];
        using var keys = grad_outputs[1];
        using var values = grad_outputs[2];
        var saved = ctx.get_saved_variables();
        var shape = (Shape)ctx.get_data("shape");
        var (heads, groups, size, epsilon) = shape;
        var qkv = saved[0];
        var (time, stride) = (qkv.shape[1], (heads + 2L * groups) * size);
        var rows = qkv.NumberOfElements / stride;
        using var _ = OperationProfile.Time("queries, keys, values, gradient", 0, 3 * qkv.element_size() * (double)qkv.NumberOfElements);
        var dQkv = empty_like(qkv);
        var partial = zeros([Rows.Blocks(rows), 2L * size], ScalarType.Float32, CPU); // gradients of the norms' weights
        var partialAt = (float*)TensorStorage.Address(partial);
        var (gQ, gK, gV) = (new Strided(queries), new Strided(keys), new Strided(values));
        var (qkvAt, dAt) = (TensorStorage.Address(qkv), TensorStorage.Address(dQkv));
        var turns = new Turns(saved[3], saved[4], time, size);
        var qNorm = AddressOrNull(saved[1]);
        var kNorm = AddressOrNull(saved[2]);
        if (qkv.dtype == ScalarType.BFloat16)
            Rows.Run(rows, stride, (block, from, to) => Block<Brain16>(block, from, to));
        else
            Rows.Run(rows, stride, (block, from, to) => Block<Single32>(block, from, to));
        var dNorms = Rows.Sum(partial);
        return [dQkv, qNorm is null ? null : dNorms.narrow(0, 0, size), kNorm is null ? null : dNorms.narrow(0, size, size), null, null, null];

        void Block<T>(int block, long from, long to)
            where T : unmanaged, IElement<T>
        {
            var dw = partialAt + block * 2L * size;
            for (var row = from; row < to; row++)
            {
                var (b, t) = (row / time, row % time);
                var turn = turns.At(b, t);
                var x = (T*)qkvAt + row * stride;
                var dx = (T*)dAt + row * stride;
                for (var head = 0; head < heads; head++, x += size, dx += size)
                    BackwardHead(gQ.At<T>(b, t, head), x, qNorm, turn.Cos, turn.Sin, dx, dw, size, epsilon);
                for (var head = 0; head < groups; head++, x += size, dx += size)
                    BackwardHead(gK.At<T>(b, t, head), x, kNorm, turn.Cos, turn.Sin, dx, dw + size, size, epsilon);
                for (var head = 0; head < groups; head++, dx += size)
                    new Span<T>(gV.At<T>(b, t, head), size).CopyTo(new Span<T>(dx, size));
            }
        }
    });

    private static List<Tensor> Forward(Tensor qkv, Tensor? queryNorm, Tensor? keyNorm, Tensor? cos, Tensor? sin, Shape shape)
    {
        var (heads, groups, size, epsilon) = shape;
        var (batch, time, stride) = (qkv.shape[0], qkv.shape[1], (heads + 2L * groups) * size);
        using var _ = OperationProfile.Time("queries, keys, values", 0, 2 * qkv.element_size() * (double)qkv.NumberOfElements);
        var q = empty([batch, time, heads, size], qkv.dtype, CPU);
        var k = empty([batch, time, groups, size], qkv.dtype, CPU);
        var v = empty([batch, time, groups, size], qkv.dtype, CPU);
        var (qkvAt, qAt, kAt, vAt) = (TensorStorage.Address(qkv), TensorStorage.Address(q), TensorStorage.Address(k), TensorStorage.Address(v));
        var turns = new Turns(cos, sin, time, size);
        var qNorm = AddressOrNull(queryNorm);
        var kNorm = AddressOrNull(keyNorm);
        if (qkv.dtype == ScalarType.BFloat16)
            Rows.Run(batch * time, stride, (_, from, to) => Block<Brain16>(from, to));
        else
            Rows.Run(batch * time, stride, (_, from, to) => Block<Single32>(from, to));
        return [q, k, v];

        void Block<T>(long from, long to)
            where T : unmanaged, IElement<T>
        {
            for (var row = from; row < to; row++)
            {
                var turn = turns.At(row / time, row % time);
                var x = (T*)qkvAt + row * stride;
                for (var head = 0; head < heads; head++, x += size)
                    ForwardHead(x, qNorm, turn.Cos, turn.Sin, (T*)qAt + (row * heads + head) * size, size, epsilon);
                for (var head = 0; head < groups; head++, x += size)
                    ForwardHead(x, kNorm, turn.Cos, turn.Sin, (T*)kAt + (row * groups + head) * size, size, epsilon);
                new Span<T>(x, groups * size).CopyTo(new Span<T>((T*)vAt + row * groups * size, groups * size));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardHead<T>(T* x, float* weight, float* cos, float* sin, T* y, int size, float epsilon)
        where T : unmanaged, IElement<T>
    {
        var one = Vector512<float>.One;
        var scale = weight is null ? one : Vector512.Create(1 / MathF.Sqrt(Dot(x, x, size) / size + epsilon));
        var half = size / 2;
        // Without a rotation the halves are still visited side by side; an odd size has its last channel left over.
        for (var i = 0; i < half; i += Lanes.Width)
        {
            var left = half - i;
            var a = Lanes.Load(x + i, left) * scale;
            var b = Lanes.Load(x + half + i, left) * scale;
            if (weight is not null)
                (a, b) = (a * Lanes.Load(weight + i, left), b * Lanes.Load(weight + half + i, left));
            if (cos is not null)
            {
                var (c, s) = (Lanes.Load(cos + i, left), Lanes.Load(sin + i, left));
                (a, b) = (a * c - b * s, b * c + a * s);
            }
            Lanes.Store(y + i, left, a);
            Lanes.Store(y + half + i, left, b);
        }
        if (size % 2 == 1)
            Lanes.Store(y + size - 1, 1, Lanes.Load(x + size - 1, 1) * scale * (weight is null ? one : Lanes.Load(weight + size - 1, 1)));
    }

    // The gradient turns back by the same angle, and then passes through the norm as in RmsNormKernel.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BackwardHead<T>(T* g, T* x, float* weight, float* cos, float* sin, T* dx, float* dw, int size, float epsilon)
        where T : unmanaged, IElement<T>
    {
        var half = size / 2;
        var turned = stackalloc float[size];
        for (var i = 0; i < half; i += Lanes.Width)
        {
            var left = half - i;
            var (a, b) = (Lanes.Load(g + i, left), Lanes.Load(g + half + i, left));
            if (cos is not null)
            {
                var (c, s) = (Lanes.Load(cos + i, left), Lanes.Load(sin + i, left));
                (a, b) = (a * c + b * s, b * c - a * s);
            }
            Lanes.Store(turned + i, left, a);
            Lanes.Store(turned + half + i, left, b);
        }
        if (size % 2 == 1)
            Lanes.Store(turned + size - 1, 1, Lanes.Load(g + size - 1, 1));
        var (scale, pull) = (Vector512<float>.One, Vector512<float>.Zero);
        if (weight is not null)
        {
            var products = Vector512<float>.Zero;
            for (var i = 0; i < size; i += Lanes.Width)
                products += Lanes.Load(turned + i, size - i) * Lanes.Load(weight + i, size - i) * Lanes.Load(x + i, size - i);
            var r = 1 / MathF.Sqrt(Dot(x, x, size) / size + epsilon);
            (scale, pull) = (Vector512.Create(r), Vector512.Create(-r * r * r * (Vector512.Sum(products) / size)));
        }
        for (var i = 0; i < size; i += Lanes.Width)
        {
            var left = size - i;
            var grad = Lanes.Load(turned + i, left) * scale;
            if (weight is not null)
            {
                var v = Lanes.Load(x + i, left);
                Lanes.Store(dw + i, left, Vector512.FusedMultiplyAdd(grad, v, Lanes.Load(dw + i, left)));
                grad = Vector512.FusedMultiplyAdd(v, pull, grad * Lanes.Load(weight + i, left));
            }
            Lanes.Store(dx + i, left, grad);
        }
    }

    private static float Dot<T>(T* a, T* b, int size)
        where T : unmanaged, IElement<T>
    {
        var sum = Vector512<float>.Zero;
        for (var i = 0; i < size; i += Lanes.Width)
            sum = Vector512.FusedMultiplyAdd(Lanes.Load(a + i, size - i), Lanes.Load(b + i, size - i), sum);
        return Vector512.Sum(sum);
    }

    private static float* AddressOrNull(Tensor? tensor) => tensor is null ? null : (float*)TensorStorage.Address(tensor);

    private static bool IsWide(Tensor? tensor) => tensor is null || (Fused.Handles(tensor) && tensor.dtype == ScalarType.Float32);

    private sealed record Shape(int Heads, int Groups, int Size, float Epsilon);

    /// <summary>Cosines and sines <c>[B or 1, T, 1, D/2]</c>; null pointers where nothing turns.</summary>
    private sealed class Turns(Tensor? cos, Tensor? sin, long time, int size)
    {
        private readonly float* _cos = AddressOrNull(cos);
        private readonly float* _sin = AddressOrNull(sin);
        private readonly bool _shared = cos is null || cos.shape[0] == 1;

        public Turn At(long b, long t)
        {
            var at = ((_shared ? 0 : b * time) + t) * (size / 2);
            return _cos is null ? default : new Turn(_cos + at, _sin + at);
        }
    }

    private readonly struct Turn(float* cos, float* sin)
    {
        public readonly float* Cos = cos;
        public readonly float* Sin = sin;
    }

    /// <summary>A gradient <c>[B, T, heads, D]</c> as attention returns it: channels side by side, other strides as they are.</summary>
    private sealed class Strided
    {
        private readonly nint _start;
        private readonly long _batch;
        private readonly long _time;
        private readonly long _head;

        public Strided(Tensor gradient)
        {
            var tensor = gradient.stride(3) == 1 ? gradient : gradient.contiguous();
            _start = TensorStorage.Address(tensor);
            (_batch, _time, _head) = (tensor.stride(0), tensor.stride(1), tensor.stride(2));
        }

        public T* At<T>(long b, long t, long head)
            where T : unmanaged => (T*)_start + b * _batch + t * _time + head * _head;
    }
}
