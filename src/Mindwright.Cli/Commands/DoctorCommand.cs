using System.CommandLine;
using Mindwright.Cli.Common;
using Mindwright.Model;
using Mindwright.Workbench.Doctor;

namespace Mindwright.Cli.Commands;

/// <summary><c>doctor</c>: what this machine has, what it lacks, and the cure.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var table = new Option<string>("--hardware-table")
        {
            Description = "The file for what was measured; without it, the one where plan --hardware this looks.",
            DefaultValueFactory = _ => ThisMachine.File,
        };
        return new Command("doctor", "Say what this machine has, what it lacks, and the cure; measure its speed for plan --hardware this.") { table }.Does((parse, output, _) =>
        {
            var findings = new List<Finding>();
            foreach (var finding in Examination.Run(parse.GetValue(table)!))
            {
                findings.Add(finding);
                output.Line($"{Sign(finding.Health, output.IsLive)} {finding.Name,-9} {finding.Found}");
                if (finding.Cure is not null)
                    output.Line($"            → {finding.Cure}");
            }
            var missing = findings.Where(finding => finding.Health == Health.Missing).Select(finding => finding.Name).ToArray();
            output.Document(new { Healthy = missing.Length == 0, Findings = findings });
            if (missing.Length > 0)
                throw new DeviceException($"Something that is needed is missing: {string.Join(", ", missing)}");
        });
    }

    private static string Sign(Health health, bool colors) => health switch
    {
        Health.Ok => colors ? "\e[32m✓\e[0m" : "ok     ",
        Health.Hint => colors ? "\e[33m!\e[0m" : "hint   ",
        _ => colors ? "\e[31m✗\e[0m" : "missing",
    };
}
