namespace Mindwright.Data;

/// <summary>Kinds of personal data that are masked.</summary>
[Flags]
public enum PersonalDataKinds
{
    /// <summary>Nothing is masked.</summary>
    None = 0,

    /// <summary>E-mail addresses, but those of the example domains.</summary>
    Email = 1,

    /// <summary>Phone numbers: international ones after +, and North American ones in groups.</summary>
    Phone = 2,

    /// <summary>Payment cards: 13 to 19 digits whose Luhn check digit is right.</summary>
    Card = 4,

    /// <summary>Public IPv4 and IPv6 addresses.</summary>
    Ip = 8,

    /// <summary>Access keys and tokens of well-known forms, and private key blocks.</summary>
    Key = 16,

    /// <summary>Bank accounts (IBAN) whose check digits are right.</summary>
    Iban = 32,

    /// <summary>All but bank accounts.</summary>
    Usual = Email | Phone | Card | Ip | Key,
}
