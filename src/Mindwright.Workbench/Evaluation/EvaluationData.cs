using Mindwright.Data;
using Mindwright.Runs;

namespace Mindwright.Workbench.Evaluation;

/// <summary>Where the files of evaluation tasks lie.</summary>
public static class EvaluationData
{
    /// <summary>
    /// The folder that a person means: a folder as it is, else a dataset <c>owner/name</c> of the hub that the environment names, which is
    /// fetched once into the user's data folder.
    /// </summary>
    /// <param name="name">A folder, or a dataset's name.</param>
    /// <param name="progress">Is told of a download.</param>
    /// <param name="cancellation">Interrupts the download; what has arrived is kept.</param>
    /// <exception cref="ArgumentException">There is no such folder, and no hub is configured.</exception>
    /// <exception cref="FileNotFoundException">The hub has no such dataset.</exception>
    public static string Find(string name, IProgressSink progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(progress);
        if (Directory.Exists(name) || name.Split('/') is not [{ Length: > 0 }, { Length: > 0 }])
            return name;
        using var hub = Hub(name);
        var request = new DatasetRequest { Name = name, Output = UserFolder.Of("datasets", name) };
        progress.Message($"fetching {name}");
        hub.GetAsync(request, cancellation: cancellation).GetAwaiter().GetResult();
        return request.Output;
    }

    private static DatasetHub Hub(string name)
    {
        try
        {
            return DatasetHub.FromEnvironment();
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"there is no folder {name}, and to fetch it as a dataset, {e.Message}", e);
        }
    }
}
