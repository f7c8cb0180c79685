using Xunit.Sdk;
using static TorchSharp.torch;

namespace Mindwright.Model.Tests;

public sealed class OracleTests
{
    [Fact]
    public void A_tensor_that_outlives_its_scope_is_noticed_whatever_other_threads_free()
    {
        var kept = new List<Tensor>();
        var leaks = true;
        Assert.Throws<EqualException>(() => Oracle.DoesNotLeak(Leaky, ones(3)));
        leaks = false;
        Oracle.DoesNotLeak(Leaky, ones(3));
        kept.ForEach(tensor => tensor.Dispose());

        Tensor Leaky(Tensor[] inputs)
        {
            if (leaks)
                kept.Add(ones(1).DetachFromDisposeScope());
            var other = new Thread(() => ones(1).Dispose());
            other.Start();
            other.Join();
            return inputs[0] * 2;
        }
    }
}
