namespace Mindwright.Workbench;

/// <summary>The user's data folder: what was measured or fetched once, and is of use to every run.</summary>
internal static class UserFolder
{
    private static readonly string s_path = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "mindwright");

    /// <summary>The path of something in it.</summary>
    public static string Of(params ReadOnlySpan<string> parts) => Path.Combine([s_path, .. parts]);
}
