using CsCheck;
using Mindwright.Testing;

namespace Mindwright.Data.Tests;

public sealed class PersonalDataTests
{
    private const PersonalDataKinds All = PersonalDataKinds.Usual | PersonalDataKinds.Iban;

    [Theory]
    [InlineData("write to jane.doe+x@mail.co.uk.", "write to [email].")]
    [InlineData("<a@b.org>, c_d@e-f.com;", "<[email]>, [email];")]
    [InlineData("call +44 20 7946 0958 now", "call [phone] now")]
    [InlineData("(415) 555-2671 or 415-555-2671 or 415.555.2671 or 1-415-555-2671", "[phone] or [phone] or [phone] or [phone]")]
    [InlineData("card 4111 1111 1111 1111, 5500-0000-0000-0004, 378282246310005", "card [card], [card], [card]")]
    [InlineData("DNS - 8.8.8.8", "DNS - [ip]")]
    [InlineData("from 8.8.8.8 and 2001:4860:4860::8888.", "from [ip] and [ip].")]
    [InlineData("AKIAIOSFODNN7EXAMPLE ghp_0123456789abcdefghijABCDEFGHIJ012345", "[key] [key]")]
    [InlineData("IBAN DE89 3704 0044 0532 0130 00 and GB82WEST12345698765432 please", "IBAN [iban] and [iban] please")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----", "[key]")]
    public void Personal_data_is_masked(string text, string masked) => Assert.Equal(masked, PersonalData.Mask(text, All));

    [Theory]
    [InlineData("user@example.com, me @home, a@b, @decorator.name, x@1.2")]
    [InlineData("in 1914-1918, 10.5 %, 3.14159265358979, 2026-11-23 20:35:16")]
    [InlineData("4111 1111 1111 1112 and 1234567890123456")]
    [InlineData("127.0.0.1, 192.168.1.1, 10.0.0.1, version 1.2.3.4, 1.2.3.4.5, 300.1.1.1")]
    [InlineData("rfc6265#section-5.2.1.1, Section 4.1.2.3, name-1.2.3.4.zip")]
    [InlineData("std::vector::iterator::x, 12:30:45, ab::cd")]
    [InlineData("population 1 234 567 890, tel. 12345, ISBN 978-3-16-148410-0")]
    [InlineData("DE00 3704 0044 0532 0130 00, AKIA123, sk-short")]
    public void What_only_looks_like_it_stays(string text) => Assert.Same(text, PersonalData.Mask(text, All));

    [Fact]
    public void What_is_planted_is_found_wherever_it_stands() =>
        Gen.Select(
            Gen.OneOf("The rain", "went on,", "and (so)", "it was:", "“no”", "in 1999", "\n", "5 of 7;", "日本").Array[0, 6],
            Gen.OneOf("john@doe.net", "+1 212 555 0199", "4012888888881881", "93.184.216.34", "hf_abcdefghijABCDEFGHIJabcdefghijKLMN"),
            Gen.OneOf("the end.", "then", "", "(again)").Array[0, 4])
        .Sample((before, secret, after) =>
        {
            var found = new List<PersonalDataKinds>();
            var masked = PersonalData.Mask(string.Join(' ', [.. before, secret, .. after]), All, found.Add);
            Assert.DoesNotContain(secret, masked, StringComparison.Ordinal);
            Assert.Single(found);
            Assert.Equal(string.Join(' ', [.. before, $"[{PersonalData.Name(found[0])}]", .. after]), masked);
        });

    [Fact]
    public void Only_the_chosen_kinds_are_masked() =>
        Assert.Equal("a@b.org [ip]", PersonalData.Mask("a@b.org 8.8.8.8", PersonalDataKinds.Ip));

    [Fact]
    public void Novels_of_the_nineteenth_century_hold_no_personal_data()
    {
        var found = new List<PersonalDataKinds>();
        foreach (var book in Corpus.Read([TestData.PathOrSkip("pretrain/books-children.jsonl")], cancellation: TestContext.Current.CancellationToken))
            PersonalData.Mask(book.Text, All, found.Add);
        Assert.Empty(found);
    }
}
