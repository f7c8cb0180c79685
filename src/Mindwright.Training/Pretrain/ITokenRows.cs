using Mindwright.Training.Loop;

namespace Mindwright.Training.Pretrain;

/// <summary>Where the rows of pre-training come from. Which rows a step gets follows from the step alone.</summary>
public interface ITokenRows
{
    /// <summary>The rows of a step.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="rows">Rows of a step, B.</param>
    Batch At(int step, int rows);

    /// <summary>
    /// The tokens that so many steps read, in one stream, each once: what another kind of model is fitted on to be compared.
    /// </summary>
    int[] ReadBy(int steps, int rows);
}
