namespace Mindwright.Data;

/// <summary>Maps items on several threads; results come in the order of the items, whatever the number of threads.</summary>
internal static class OrderedParallel
{
    /// <summary>Maps items, a bounded number ahead of the consumer. The items are enumerated on the consumer's thread.</summary>
    public static IEnumerable<TOut> Map<TIn, TOut>(IEnumerable<TIn> items, Func<TIn, TOut> map, int threads, CancellationToken cancellation)
    {
        // Twice as many as there are threads, so that none waits while the consumer is busy with a result.
        var ahead = threads == 1 ? 1 : threads * 2;
        var running = new Queue<Task<TOut>>();
        using var source = items.GetEnumerator();
        var more = true;
        try
        {
            while (true)
            {
                while (more && running.Count < ahead && (more = source.MoveNext()))
                {
                    var item = source.Current;
                    running.Enqueue(Task.Run(() => map(item), cancellation));
                }
                if (running.Count == 0)
                    yield break;
                yield return running.Dequeue().GetAwaiter().GetResult();
            }
        }
        finally
        {
            // A consumer that stops early disposes of what the tasks use: wait for them.
            while (running.TryDequeue(out var task))
                ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
        }
    }
}
