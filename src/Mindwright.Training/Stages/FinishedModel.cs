using Mindwright.Model;
using Mindwright.Runs;
using Mindwright.Runs.Files;
using Mindwright.Tokens.Chat;

namespace Mindwright.Training.Stages;

/// <summary>What a stage leaves in its run: <c>model/</c>, and the adapters by themselves where it trained adapters.</summary>
internal static class FinishedModel
{
    /// <summary>Writes the model of a stage that is done.</summary>
    /// <param name="run">The run.</param>
    /// <param name="stage">The stage's name.</param>
    /// <param name="network">The network; adapters are still over it.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="checkpoint">The stage's last checkpoint, which holds what was trained.</param>
    /// <param name="adapterBase">The folder of the model under the adapters, if there are any.</param>
    public static void Write(RunFolder run, string stage, Transformer network, ModelTokenizer tokenizer, Checkpoint checkpoint, string? adapterBase)
    {
        if (network.Adapters is null)
        {
            // The checkpoint is that model, and its files never change: they are shared instead of written twice.
            run.WriteModel(folder =>
            {
                foreach (var file in Directory.EnumerateFiles(checkpoint.Folder).Where(IsModelFile))
                    FileLink.LinkOrCopy(file, Path.Combine(folder, Path.GetFileName(file)));
            });
            return;
        }
        AtomicFolder.Write(Adaptation.Folder(run, stage), folder => LoraFolder.Save(folder, network, adapterBase));
        network.Merge();
        run.WriteModel(folder =>
        {
            ModelFolder.Save(folder, network);
            tokenizer.Save(folder);
        });
    }

    private static bool IsModelFile(string path) => Path.GetFileName(path) is not (FolderManifest.FileName or CheckpointStore.InfoFile);
}
