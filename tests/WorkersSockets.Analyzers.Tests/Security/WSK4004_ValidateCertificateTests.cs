using WorkersSockets.Analyzers.CodeFixes.Security;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Security;

public class WSK4004_ValidateCertificateTests
{
    private const string Id = "WSK4004";

    [Theory]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => true|});", "var s = new SslStream(stream, false);")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => true|}, null);", "var s = new SslStream(stream, false);")]
    [InlineData("using SslStream s = new(stream, userCertificateValidationCallback: {|#0:delegate { return true; }|}, leaveInnerStreamOpen: true);", "using SslStream s = new(stream, leaveInnerStreamOpen: true);")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => true|}, (a, b, c, d, e) => null!);", "var s = new SslStream(stream, false, null, (a, b, c, d, e) => null!);")]
    [InlineData("var s = new SslStream(stream, false, new RemoteCertificateValidationCallback({|#0:(a, b, c, d) => true|}));", "var s = new SslStream(stream, false);")]
    [InlineData("var s = new SslStream(stream, false, insecure ? {|#0:(a, b, c, d) => true|} : null);", "var s = new SslStream(stream, false);")]
    [InlineData("RemoteCertificateValidationCallback f = insecure ? {|#0:(a, b, c, d) => true|} : (a, b, c, d) => d == SslPolicyErrors.None;", "RemoteCertificateValidationCallback f = (a, b, c, d) => d == SslPolicyErrors.None;")]
    [InlineData("var o = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = {|#0:(a, b, c, d) => true|} };", "var o = new SslClientAuthenticationOptions();")]
    [InlineData("SslClientAuthenticationOptions o = new() { TargetHost = \"a\", RemoteCertificateValidationCallback = {|#0:(a, b, c, d) => true|} };", "SslClientAuthenticationOptions o = new() { TargetHost = \"a\" };")]
    [InlineData("var o = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = {|#0:(a, b, c, d) => true|}, TargetHost = \"a\" };", "var o = new SslClientAuthenticationOptions { TargetHost = \"a\" };")]
    [InlineData("var h = new System.Net.Http.SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = {|#0:(a, b, c, d) => true|} }, UseProxy = false };", "var h = new System.Net.Http.SocketsHttpHandler { UseProxy = false };")]
    [InlineData("Use(new Wrapper(stream, {|#0:(a, b, c, d) => true|}));", "Use(new Wrapper(stream));")]
    public Task Removes_the_callback(string before, string after) =>
        FixAsync("Remove", before, after);

    [Fact]
    public Task Removes_lines_and_guards_and_keeps_comments() => Verify.FixAsync<ValidateCertificate>(
        Id,
        "Remove",
        On.DotNet,
        """
        using System.Net.Http;
        using System.Security.Cryptography.X509Certificates;

        class C
        {
            HttpClientHandler M(bool insecure)
            {
                // Our own handler.
                var handler = new HttpClientHandler
                {
                    // No proxy here.
                    UseProxy = false,
                    ServerCertificateCustomValidationCallback = {|WSK4004:Accept|}
                };

                // For the lab.
                handler.ServerCertificateCustomValidationCallback = {|WSK4004:HttpClientHandler.DangerousAcceptAnyServerCertificateValidator|};
                if (insecure)
                {
                    handler.ServerCertificateCustomValidationCallback = {|WSK4004:(_, _, _, _) => true|}; 
                }

                return handler;
            }

            private static bool Accept(HttpRequestMessage message, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
            {
                return true;
            }

            void Other() { }
        }
        """,
        """
        using System.Net.Http;
        using System.Security.Cryptography.X509Certificates;

        class C
        {
            HttpClientHandler M(bool insecure)
            {
                // Our own handler.
                var handler = new HttpClientHandler
                {
                    // No proxy here.
                    UseProxy = false
                };

                // For the lab.

                return handler;
            }

            void Other() { }
        }
        """);

    [Theory]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => true|});", "var s = new SslStream(stream, false, (a, b, c, d) => d == SslPolicyErrors.None);")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(_, _, _, _) => true|});", "var s = new SslStream(stream, false, (_, _, _, errors) => errors == SslPolicyErrors.None);")]
    [InlineData("var s = new SslStream(stream, false, {|#0:delegate { return true; }|});", "var s = new SslStream(stream, false, (_, _, _, errors) => errors == SslPolicyErrors.None);")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => { Console.WriteLine(d); return true; }|});", "var s = new SslStream(stream, false, (a, b, c, d) => { Console.WriteLine(d); return d == SslPolicyErrors.None; });")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => { if (b == null) return false; return true; }|});", "var s = new SslStream(stream, false, (a, b, c, d) => { if (b == null) return false; return d == SslPolicyErrors.None; });")]
    [InlineData("RemoteCertificateValidationCallback f = {|#0:(object a, X509Certificate? b, X509Chain? c, SslPolicyErrors d) => { if (d == SslPolicyErrors.None) return true; Console.WriteLine(d); return true; }|};", "RemoteCertificateValidationCallback f = (object a, X509Certificate? b, X509Chain? c, SslPolicyErrors d) => { if (d == SslPolicyErrors.None) return true; Console.WriteLine(d); return false; };")]
    [InlineData("var h = new System.Net.Http.HttpClientHandler { ServerCertificateCustomValidationCallback = {|#0:System.Net.Http.HttpClientHandler.DangerousAcceptAnyServerCertificateValidator|} };", "var h = new System.Net.Http.HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, errors) => errors == SslPolicyErrors.None };", "'DangerousAcceptAnyServerCertificateValidator'")]
    public Task Refuses_errors(string before, string after, string name = "The callback") =>
        FixAsync("CheckErrors", before, after, name);

    [Fact]
    public Task Refuses_errors_in_methods_and_behind_settings() => Verify.FixAsync<ValidateCertificate>(
        Id,
        "CheckErrors",
        On.DotNet,
        """
        using System.Security.Cryptography.X509Certificates;

        class C(bool insecure)
        {
            SslStream M(Stream stream) => new(stream, false, {|WSK4004:Accept|});
            SslStream N(Stream stream) => new(stream, false, {|WSK4004:(a, b, c, d) => insecure || d == SslPolicyErrors.None|});
            SslStream O(Stream stream) => new(stream, false, {|WSK4004:(a, b, c, d) => d is SslPolicyErrors.None or SslPolicyErrors.RemoteCertificateNameMismatch|});

            private bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors sslPolicyErrors)
            {
                // Labs have no certificates.
                if (insecure)
                    return true;
                if (sslPolicyErrors == SslPolicyErrors.RemoteCertificateNameMismatch)
                {
                    return true;
                }

                return sslPolicyErrors == SslPolicyErrors.None;
            }
        }
        """,
        """
        using System.Security.Cryptography.X509Certificates;

        class C(bool insecure)
        {
            SslStream M(Stream stream) => new(stream, false, Accept);
            SslStream N(Stream stream) => new(stream, false, (a, b, c, d) => d == SslPolicyErrors.None);
            SslStream O(Stream stream) => new(stream, false, (a, b, c, d) => d == SslPolicyErrors.None);

            private bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors sslPolicyErrors)
            {
                // Labs have no certificates.

                return sslPolicyErrors == SslPolicyErrors.None;
            }
        }
        """);

    [Fact]
    public Task Names_the_errors_alike_in_each_lambda() => Verify.FixAsync<ValidateCertificate>(
        Id,
        "CheckErrors",
        On.DotNet,
        """
        using System.Net.Http;

        class C
        {
            void M(HttpClientHandler one, HttpClientHandler other)
            {
                one.ServerCertificateCustomValidationCallback = {|WSK4004:HttpClientHandler.DangerousAcceptAnyServerCertificateValidator|};
                other.ServerCertificateCustomValidationCallback = {|WSK4004:(_, _, _, _) => true|};
            }
        }
        """,
        """
        using System.Net.Http;

        class C
        {
            void M(HttpClientHandler one, HttpClientHandler other)
            {
                one.ServerCertificateCustomValidationCallback = (_, _, _, errors) => errors == SslPolicyErrors.None;
                other.ServerCertificateCustomValidationCallback = (_, _, _, errors) => errors == SslPolicyErrors.None;
            }
        }
        """);

    [Fact]
    public Task Adds_the_using_that_the_check_needs() => Verify.FixAsync<ValidateCertificate>(
        Id,
        "CheckErrors",
        On.Workers,
        """
        using System.Net.Http;

        class C
        {
            HttpClientHandler M() => new() { ServerCertificateCustomValidationCallback = {|WSK4004:(_, _, _, _) => true|} };
        }
        """,
        """
        using System.Net.Http;
        using System.Net.Security;

        class C
        {
            HttpClientHandler M() => new() { ServerCertificateCustomValidationCallback = (_, _, _, errors) => errors == SslPolicyErrors.None };
        }
        """);

    private static Task FixAsync(string variant, string before, string after, string name = "The callback") => Verify.FixAsync<ValidateCertificate>(
        Id, variant, On.DotNet, InClass(before), InClass(after), expected: [Verify.Result(RuleCatalog.CertificateAlwaysAccepted, 0, name)]);

    private static string InClass(string statements) => $$"""
        using System.Security.Cryptography.X509Certificates;

        class C
        {
            void M(Stream stream, bool insecure)
            {
                {{statements}}
            }

            static void Use(object value) { }
        }

        class Wrapper(Stream stream, RemoteCertificateValidationCallback? validate = null)
        {
            public object?[] All => [stream, validate];
        }
        """;

    [Theory]
    [InlineData("{|WSK4004:_ => true|}", "context => context.Errors == SslPolicyErrors.None")]
    [InlineData("{|WSK4004:check => check.Certificate != null|}", "check => check.Errors == SslPolicyErrors.None")]
    [InlineData("{|WSK4004:delegate { return true; }|}", "context => context.Errors == SslPolicyErrors.None")]
    [InlineData("{|WSK4004:(CheckContext _) => { return true; }|}", "(CheckContext context) => { return context.Errors == SslPolicyErrors.None; }")]
    public Task Checks_the_errors_inside_an_argument(string before, string after)
    {
        return Verify.FixAsync<ValidateCertificate>(Id, "CheckErrors", On.DotNet, Source(before), Source(after));

        static string Source(string callback) => $$"""
            using System.Security.Cryptography.X509Certificates;

            public record CheckContext(X509Certificate? Certificate, SslPolicyErrors Errors);

            public class C
            {
                private readonly Func<CheckContext, bool> validate = {{callback}};

                public bool Validate(CheckContext context) => validate(context);
            }
            """;
    }
}
