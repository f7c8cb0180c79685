
namespace Mindwright.Training.Loop;

/// <summary>
/// Lets a step be broken off before its first update, and not after: weights that saw only some of a step's updates belong to no
/// step, and a checkpoint of them could not be gone on from exactly.
/// </summary>
internal sealed class StepInterruption : IDisposable
{
    private const int Open = 0, Updated = 1, Cancelled = 2;

    private readonly CancellationTokenSource _source = new();
    private readonly CancellationTokenRegistration _registration;
    private int _state;

    public StepInterruption(CancellationToken outer) => _registration = outer.Register(() =>
    {
        if (Interlocked.CompareExchange(ref _state, Cancelled, Open) == Open)
            _source.Cancel();
    });

    /// <summary>Cancelled with the outer token, unless the step has updated weights by then.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Call before weights change.</summary>
    /// <exception cref="OperationCanceledException">The step is to be broken off.</exception>
    public void BeforeUpdate()
    {
        if (Interlocked.CompareExchange(ref _state, Updated, Open) == Cancelled)
            throw new OperationCanceledException(_source.Token);
    }

    public void Dispose()
    {
        _registration.Dispose();
        _source.Dispose();
    }
}
