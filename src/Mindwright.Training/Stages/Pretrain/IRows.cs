using System.Text.Json;
using Mindwright.Training.Loop;

namespace Mindwright.Training.Stages.Pretrain;

/// <summary>What the steps of pre-training read. Which rows a step gets follows from the step's number alone.</summary>
internal interface IRows : IDisposable
{
    /// <summary>Rows of an epoch: one reading of the text.</summary>
    int Count { get; }

    /// <summary>The rows of a step.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="rows">Rows of a step, B.</param>
    TokenBatch At(int step, int rows);

    /// <summary>
    /// The tokens that so many steps read, document by document, each once: what another kind of model is fitted on to be compared.
    /// </summary>
    int[] ReadBy(int steps, int rows);

    /// <summary>Where the rows after the latest step begin, by which they are found again without packing all before; null where that is not needed.</summary>
    JsonElement? Cursor => null;

    /// <summary>Goes to where a <see cref="Cursor"/> was.</summary>
    void Seek(JsonElement cursor)
    {
    }
}
