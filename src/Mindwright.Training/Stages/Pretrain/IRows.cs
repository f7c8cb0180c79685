using Mindwright.Training.Loop;

namespace Mindwright.Training.Stages.Pretrain;

/// <summary>What the steps of pre-training read. Which rows a step gets follows from the step's number alone.</summary>
public interface IRows
{
    /// <summary>Rows in one pass over the text.</summary>
    int Count { get; }

    /// <summary>The rows of a step.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="rows">Rows of a step, B.</param>
    Batch At(int step, int rows);

    /// <summary>
    /// The tokens that so many steps read, in the order of the text, each once: what another kind of model is fitted on to be compared.
    /// </summary>
    int[] ReadBy(int steps, int rows);
}
