using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>A tensor that is made when it is first asked for, wherever that is, and lives as long as the dispose scope in which it was planned.</summary>
/// <param name="make">Makes it; what it makes on the way lives in the scope of whoever asks.</param>
internal sealed class LazyTensor(Func<Tensor> make)
{
    private readonly DisposeScope? _home = CurrentDisposeScope;
    private Tensor? _value;

    /// <summary>The tensor.</summary>
    public Tensor Value => _value ??= _home is null ? make().DetachFromDisposeScope() : make().MoveToOtherDisposeScope(_home);
}
