namespace Mindwright.Inference.Opening;

/// <summary>The backends that a program has, and the choice of one by name.</summary>
public sealed class ModelBackends
{
    /// <summary>The name that leaves the choice to the program.</summary>
    public const string Auto = "auto";

    private readonly IModelBackend[] _backends;

    /// <summary>Lists backends.</summary>
    /// <param name="backends">The preferred one first.</param>
    /// <exception cref="ArgumentException">There is none, two have one name, or one is called <c>auto</c>.</exception>
    public ModelBackends(params IEnumerable<IModelBackend> backends)
    {
        _backends = [.. backends];
        if (_backends.Length == 0)
            throw new ArgumentException("a program needs one backend at least to open a model with", nameof(backends));
        if (Names.Append(Auto).GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"the backend name '{twice.Key}' is taken", nameof(backends));
    }

    /// <summary>Their names, the preferred one first.</summary>
    public IReadOnlyList<string> Names => [.. _backends.Select(backend => backend.Name)];

    /// <summary>The backend of a name, or for <c>auto</c> the first that supports model and device.</summary>
    /// <param name="name">A name, or <c>auto</c>; case does not matter.</param>
    /// <param name="folder">The model folder.</param>
    /// <param name="device">Where the model is to be computed.</param>
    /// <exception cref="ArgumentException">No backend has this name; the message names those there are.</exception>
    /// <exception cref="NotSupportedException">The backend, or with <c>auto</c> every one of them, cannot compute this model on this device.</exception>
    public IModelBackend Choose(string name, string folder, ModelDevice device)
    {
        ArgumentNullException.ThrowIfNull(name);
        var known = string.Join(", ", Names);
        if (string.Equals(name, Auto, StringComparison.OrdinalIgnoreCase))
        {
            return Array.Find(_backends, backend => backend.Supports(folder, device))
                ?? throw new NotSupportedException($"{folder}: no backend ({known}) computes this model on the device {device}");
        }
        var asked = Array.Find(_backends, backend => string.Equals(backend.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"there is no backend '{name}'; a backend is {Auto} or one of: {known}", nameof(name));
        return asked.Supports(folder, device)
            ? asked
            : throw new NotSupportedException($"{folder}: the backend {asked.Name} does not compute this model on the device {device}");
    }
}
