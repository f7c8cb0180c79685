namespace Mindwright.Planning;

/// <summary>What an investment costs a year.</summary>
internal static class Capital
{
    /// <summary>
    /// The capital recovery factor r(1+r)ⁿ/((1+r)ⁿ − 1): the equal yearly payment that pays back 1 with interest in n years; 1/n without
    /// interest.
    /// </summary>
    /// <param name="rate">Yearly interest, 0 up.</param>
    /// <param name="years">Lifetime, above 0.</param>
    public static double RecoveryFactor(double rate, double years)
    {
        Require.NotNegative(rate, nameof(rate));
        Require.Positive(years, nameof(years));
        // expm1-like form: stable where the rate is tiny.
        return rate < 1e-12 ? 1 / years : rate / (1 - Math.Pow(1 + rate, -years));
    }
}
