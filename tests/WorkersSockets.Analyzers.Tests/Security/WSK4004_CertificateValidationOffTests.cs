using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Security;

public class WSK4004_CertificateValidationOffTests
{
    private const string Id = "WSK4004";

    [Theory]
    // Lambdas and anonymous methods.
    [InlineData("var s = new SslStream(stream, false, {|#0:(sender, certificate, chain, errors) => true|});")]
    // A server that asks for a client certificate; a callback that only asks another one, which is found where it is made.
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => true|}); s.AuthenticateAsServer(new X509Certificate2(), clientCertificateRequired: true, checkCertificateRevocation: false);")]
    [InlineData("Func<X509Certificate?, SslPolicyErrors, bool> trust = {|#0:(certificate, errors) => true|}; var s = new SslStream(stream, false, (_, certificate, _, errors) => trust(certificate, errors));")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(_, _, _, _) => true|}, null);")]
    [InlineData("using SslStream s = new(stream, leaveInnerStreamOpen: false, userCertificateValidationCallback: {|#0:delegate { return true; }|});")]
    [InlineData("var s = new SslStream(stream, false, new RemoteCertificateValidationCallback({|#0:delegate { return true; }|}));")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => { Console.WriteLine(d); return true; }|});")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => 1 == 1|});")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => Yes|});")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => b != null|});")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => b is not null && !false|});")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => { if (b == null) return false; return true; }|});")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => { var ok = d == SslPolicyErrors.None; if (!ok) Console.WriteLine(b?.Subject); return true; }|});")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => { foreach (var status in c!.ChainStatus) Console.WriteLine(status.Status); return true; }|});")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => { try { Console.WriteLine(d); return true; } catch (Exception) { return false; } }|});")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => d switch { SslPolicyErrors.None => true, _ => true }|});")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => d != SslPolicyErrors.RemoteCertificateNotAvailable|});")]
    // Variables, ternaries, wrappers.
    [InlineData("RemoteCertificateValidationCallback callback = {|#0:(a, b, c, d) => true|}; var s = new SslStream(stream, false, callback);")]
    [InlineData("var s = new SslStream(stream, false, insecure ? {|#0:(a, b, c, d) => true|} : null);")]
    [InlineData("RemoteCertificateValidationCallback? callback = null; if (insecure) callback = {|#0:(a, b, c, d) => true|}; var s = new SslStream(stream, false, callback);")]
    [InlineData("var s = new Wrapper(stream, {|#0:(a, b, c, d) => true|});")]
    [InlineData("bool Accept(object a, X509Certificate? b, X509Chain? c, SslPolicyErrors d) => true; var s = new Wrapper(stream, (p, q, r, t) => Check(t)) { Validate = {|#1:Accept|} };", "'Accept'", 1)]
    // Helpers.
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => Always()|});")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => Log(d, b)|});")]
    [InlineData("Func<X509Certificate?, bool> accept = _ => true; var s = new SslStream(stream, false, {|#0:(a, b, c, d) => accept(b)|});")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => accepted(b)|});")]
    // Properties.
    [InlineData("var s = new SslStream(stream); s.AuthenticateAsClient(new SslClientAuthenticationOptions { TargetHost = \"a\", RemoteCertificateValidationCallback = {|#0:(a, b, c, d) => true|} });")]
    [InlineData("var o = new SslClientAuthenticationOptions(); o.RemoteCertificateValidationCallback = {|#0:(a, b, c, d) => true|};")]
    [InlineData("var o = new SslClientAuthenticationOptions(); o.RemoteCertificateValidationCallback += {|#0:(a, b, c, d) => true|};")]
    [InlineData("var h = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = {|#0:delegate { return true; }|} } };")]
    [InlineData("ServicePointManager.ServerCertificateValidationCallback = {|#0:(a, b, c, d) => true|};")]
    [InlineData("ServicePointManager.ServerCertificateValidationCallback += {|#0:delegate { return true; }|};")]
    [InlineData("var h = new HttpClientHandler { ServerCertificateCustomValidationCallback = {|#0:(message, certificate, chain, errors) => true|} };")]
    [InlineData("var h = new HttpClientHandler(); h.ServerCertificateCustomValidationCallback = {|#0:HttpClientHandler.DangerousAcceptAnyServerCertificateValidator|};", "'DangerousAcceptAnyServerCertificateValidator'")]
    // Method groups.
    [InlineData("var s = new SslStream(stream, false, {|#0:AcceptAll|});", "'AcceptAll'")]
    [InlineData("var s = new SslStream(stream, false, new RemoteCertificateValidationCallback({|#0:this.AcceptAll|}), null);", "'AcceptAll'")]
    [InlineData("var s = new SslStream(stream, false, {|#0:AcceptNothingNull|});", "'AcceptNothingNull'")]
    // A library's own argument with the errors in it.
    [InlineData("Func<CheckContext, bool> check = {|#0:_ => true|};")]
    [InlineData("var o = new ClientOptions { Validate = {|#0:context => context.Certificate != null|} };")]
    [InlineData("new ClientOptions().WithValidation({|#0:delegate { return true; }|});")]
    public Task Finds_callbacks_that_accept_everything(string statements, string name = "The callback", int location = 0) => Verify.FoundAsync(
        Id, On.DotNet, InClass(statements), Verify.Result(RuleCatalog.CertificateAlwaysAccepted, location, name));

    [Theory]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => d == SslPolicyErrors.None || d == SslPolicyErrors.RemoteCertificateNameMismatch|});")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => (d & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None|});")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => { d &= ~SslPolicyErrors.RemoteCertificateNameMismatch; return d == 0; }|});")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => d is SslPolicyErrors.None or SslPolicyErrors.RemoteCertificateNameMismatch|});")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => !d.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors)|});")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => { if (d == SslPolicyErrors.RemoteCertificateNameMismatch) { Console.WriteLine(b); return true; } return d == SslPolicyErrors.None; }|});")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => { switch (d) { case SslPolicyErrors.None: case SslPolicyErrors.RemoteCertificateNameMismatch: return true; default: return false; } }|});")]
    // The chain's status says nothing of the name.
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => c!.ChainStatus.Length == 0|});")]
    public Task Finds_callbacks_that_accept_another_name(string statements) => Verify.FoundAsync(
        Id, On.DotNet, InClass(statements), Verify.Result(RuleCatalog.CertificateNameIgnored, 0, "The callback"));

    [Theory]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => d is SslPolicyErrors.None or SslPolicyErrors.RemoteCertificateChainErrors|});")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => { if ((d & SslPolicyErrors.RemoteCertificateNameMismatch) != 0) return false; return true; }|});")]
    // What a certificate says of itself, anyone can write.
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => ((X509Certificate2)b!).NotAfter > DateTime.Now|});")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => { var two = new X509Certificate2(b!); Console.WriteLine(two.Subject); return DateTime.UtcNow < two.NotAfter; }|});")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => b!.Subject.Contains(\"contoso\")|});")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => d == SslPolicyErrors.None || b!.Issuer == \"CN=Contoso\"|});")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => DateTime.Parse(b!.GetExpirationDateString()) > DateTime.Now|});")]
    public Task Finds_callbacks_that_accept_another_issuer(string statements) => Verify.FoundAsync(
        Id, On.DotNet, InClass(statements), Verify.Result(RuleCatalog.CertificateIssuerIgnored, 0, "The callback"));

    [Theory]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => insecure || d == SslPolicyErrors.None|});", "insecure")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => { if (_options.AcceptAll) return true; return d == SslPolicyErrors.None; }|});", "AcceptAll")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => _options?.AcceptAll == true || d == SslPolicyErrors.None|});", "AcceptAll")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => !_validate || d == SslPolicyErrors.None|});", "_validate")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => !(_validate && d != SslPolicyErrors.None)|});", "_validate")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => _options.Mode == \"none\" ? true : d == SslPolicyErrors.None|});", "Mode")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => Checked(d, _options.AcceptAll)|});", "AcceptAll")]
    [InlineData("var h = new HttpClientHandler { ServerCertificateCustomValidationCallback = {|#0:(a, b, c, d) => { var skip = !_validate; if (skip) { return true; } return d == SslPolicyErrors.None; }|} };", "_validate")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => Environment.GetEnvironmentVariable(\"INSECURE\") == \"1\" || d == SslPolicyErrors.None|});", "INSECURE")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => string.Equals(Environment.GetEnvironmentVariable(\"INSECURE\"), \"yes\", StringComparison.Ordinal) || d == SslPolicyErrors.None|});", "INSECURE")]
    [InlineData("var s = new SslStream(stream, false, {|#0:(a, b, c, d) => bool.Parse(_options.Mode) || d == SslPolicyErrors.None|});", "Mode")]
    [InlineData("var o = new ClientOptions { Validate = {|#0:context => insecure || context.Errors == SslPolicyErrors.None|} };", "insecure")]
    public Task Finds_callbacks_that_a_setting_switches_off(string statements, string setting) => Verify.FoundAsync(
        Id, On.DotNet, InClass(statements), Verify.Result(RuleCatalog.CertificateCheckOptional, 0, "The callback", setting));

    [Theory]
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => d == SslPolicyErrors.None);")]
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => { if (d != SslPolicyErrors.None) throw new AuthenticationException(d.ToString()); return true; });")]
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => { Require(d); return true; });")]
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => { _checker.Validate(b, d); return true; });")]
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => { if (d == SslPolicyErrors.None) return true; Console.WriteLine(d); return false; });")]
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => d == SslPolicyErrors.None || b?.GetCertHashString() == Pin);")]
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => b is X509Certificate2 two && two.Thumbprint == _pin);")]
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => _pins.Contains(b!.GetCertHashString()));")]
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => { using var own = new X509Chain(); own.ChainPolicy.CustomTrustStore.Add(_root); return own.Build(new X509Certificate2(b!)); });")]
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => { foreach (var status in c!.ChainStatus) { if (status.Status != X509ChainStatusFlags.UntrustedRoot) return false; } return true; });")]
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => { if (d == SslPolicyErrors.RemoteCertificateChainErrors) { return c!.ChainElements[^1].Certificate.Equals(_root); } return d == SslPolicyErrors.None; });")]
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => false);")]
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => accepted(b) && d == SslPolicyErrors.None);")]
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => _user(a, b, c, d));")]
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => _user?.Invoke(a, b, c, d) ?? d == SslPolicyErrors.None);")]
    [InlineData("var s = new SslStream(stream, false, Refuse);")]
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => { try { _checker.Validate(b, d); return true; } catch (Exception) { return false; } });")]
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => { if (Uri.TryCreate(\"x\", UriKind.Absolute, out var uri) && uri.IsLoopback) return true; return d == SslPolicyErrors.None; });")]
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => { _seen = d == SslPolicyErrors.None; return _seen; });")]
    [InlineData("var h = new HttpClientHandler(); h.ServerCertificateCustomValidationCallback = null;")]
    [InlineData("var h = new HttpClientHandler(); if (IsDevelopment()) { h.ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator; }")]
    [InlineData("Console.WriteLine(nameof(HttpClientHandler.DangerousAcceptAnyServerCertificateValidator));")]
    [InlineData("Func<X509Certificate, bool> f = certificate => true;")]
    // The server's side.
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => true); s.AuthenticateAsServer(new X509Certificate2());")]
    [InlineData("var s = new SslStream(stream); s.AuthenticateAsServer(new SslServerAuthenticationOptions { ClientCertificateRequired = false, RemoteCertificateValidationCallback = (a, b, c, d) => true });")]
    [InlineData("RemoteCertificateValidationCallback callback = (a, b, c, d) => true; var s = new SslStream(stream, false, callback); s.AuthenticateAsServer(new X509Certificate2());")]
    [InlineData("var o = new ClientOptions { Validate = context => context.Errors == SslPolicyErrors.None };")]
    [InlineData("new ClientOptions().WithValidation(context => context.Errors == SslPolicyErrors.None || _pins.Contains(context.Certificate!.GetCertHashString()));")]
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => d == SslPolicyErrors.None || (_options.Mode == \"localhost\" && d == SslPolicyErrors.RemoteCertificateNameMismatch));")]
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => b!.GetCertHashString().Equals(_pin, StringComparison.OrdinalIgnoreCase));")]
    [InlineData("Func<Settings, bool> valid = settings => true;")]
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => { Console.WriteLine(b!.Subject); return d == SslPolicyErrors.None && new X509Certificate2(b).NotAfter > DateTime.Now; });")]
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => { _checker.Validate(b, d); return b!.Subject == _pin; });")]
    [InlineData("var s = new SslStream(stream, false, (a, b, c, d) => d == SslPolicyErrors.None || (d == SslPolicyErrors.RemoteCertificateChainErrors && c!.ChainStatus.All(status => status.Status == X509ChainStatusFlags.RevocationStatusUnknown)));")]
    public Task Leaves_callbacks_that_check(string statements) => Verify.SilentAsync(Id, On.DotNet, InClass(statements));

    [Theory]
    [InlineData("#if DEBUG", true)]
    [InlineData("#if DEBUG && !X", true)]
    [InlineData("#if !RELEASE", false)]
    [InlineData("#if TRACE", false)]
    public Task Leaves_what_only_debugging_compiles(string directive, bool isSilent)
    {
        var source = $$"""
            #define DEBUG
            #define TRACE
            using System.Net.Http;
            class C
            {
                HttpClientHandler M()
                {
                    var handler = new HttpClientHandler();
            {{directive}}
                    handler.ServerCertificateCustomValidationCallback = {|#0:(a, b, c, d) => true|};
            #endif
                    return handler;
                }
            }
            """;
        return isSilent
            ? Verify.SilentAsync(Id, On.DotNet, Verify.StripMarkup(source))
            : Verify.FoundAsync(Id, On.DotNet, source, Verify.Result(RuleCatalog.CertificateAlwaysAccepted, 0, "The callback"));
    }

    [Fact]
    public Task Finds_field_and_property_initializers() => Verify.FoundAsync(
        Id,
        On.DotNet,
        """
        using System.Security.Cryptography.X509Certificates;
        class C
        {
            private readonly Func<object, X509Certificate?, X509Chain?, SslPolicyErrors, bool> _validate = {|#0:(a, b, c, d) => true|};
            private static readonly RemoteCertificateValidationCallback Any = {|#1:delegate { return true; }|};
            public RemoteCertificateValidationCallback Property { get; set; } = {|#2:(a, b, c, d) => true|};
            public RemoteCertificateValidationCallback Body => {|#3:(a, b, c, d) => true|};
            SslStream M(Stream stream) => new(stream, false, (a, b, c, d) => Nested(() => {|#4:(e, f, g, h) => true|}, d));
            static bool Nested(Func<RemoteCertificateValidationCallback> factory, SslPolicyErrors errors) => errors == SslPolicyErrors.None;
        }
        """,
        [.. Enumerable.Range(0, 5).Select(location => Verify.Result(RuleCatalog.CertificateAlwaysAccepted, location, "The callback"))]);

    [Fact]
    public Task Follows_methods_of_other_files() => Verify.RunAsync(
        Id,
        On.DotNet,
        [
            ("Test.cs", """
                class C
                {
                    SslStream M(Stream stream) => new SslStream(stream, false, {|#0:Certificates.Ignore|});
                    SslStream N(Stream stream) => new SslStream(stream, false, Certificates.Verify);
                    SslStream O(Stream stream) => new SslStream(stream, false, {|#1:(a, b, c, d) => Certificates.Inner(d)|});
                }
                """),
            ("Other.cs", """
                using System.Security.Cryptography.X509Certificates;
                static class Certificates
                {
                    public static bool Ignore(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
                    {
                        Console.WriteLine($"Accepted {certificate?.Subject} with {errors}");
                        return true;
                    }
                    public static bool Verify(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => Strict(errors);
                    public static bool Inner(SslPolicyErrors errors) => Deeper(errors != SslPolicyErrors.None);
                    private static bool Deeper(bool failed) { if (failed) Console.WriteLine("failed"); return true; }
                    private static bool Strict(SslPolicyErrors errors) => errors == SslPolicyErrors.None;
                }
                """),
        ],
        [Verify.Result(RuleCatalog.CertificateAlwaysAccepted, 0, "'Ignore'"), Verify.Result(RuleCatalog.CertificateAlwaysAccepted, 1, "The callback")]);

    [Theory]
    [InlineData(null)]
    [InlineData("workers_sockets.include_tests = true")]
    public Task Leaves_tests_unless_told(string? editorconfig) => Verify.RunAsync(
        Id,
        On.DotNet,
        [("Test.cs", $$"""
            public class ServerTests
            {
                [Fact]
                public void Answers(Stream stream)
                {
                    using var client = new SslStream(stream, false, {{(editorconfig is null ? "(_, _, _, _) => true" : "{|WSK4004:(_, _, _, _) => true|}")}});
                }
            }

            public class FactAttribute : Attribute;
            """)],
        [],
        editorconfig: editorconfig);

    [Fact]
    public Task Finds_callbacks_of_top_level_programs() => Verify.FoundAsync(
        Id,
        On.DotNet,
        """
        var insecure = args.Length > 0;
        using var client = new TcpClient();
        using var first = new SslStream(client.GetStream(), false, {|#0:(_, _, _, _) => true|});
        using var second = new SslStream(client.GetStream(), false, {|#1:Accept|});
        using var third = new SslStream(client.GetStream(), false, {|#2:(_, _, _, errors) => insecure || errors == SslPolicyErrors.None|});
        bool Accept(object sender, object? certificate, object? chain, SslPolicyErrors errors) => true;
        """,
        Verify.Result(RuleCatalog.CertificateAlwaysAccepted, 0, "The callback"),
        Verify.Result(RuleCatalog.CertificateAlwaysAccepted, 1, "'Accept'"),
        Verify.Result(RuleCatalog.CertificateCheckOptional, 2, "The callback", "insecure"));

    [Theory]
    [InlineData("class C { void M(Stream s) { new SslStream(s, false, (a, b, c, d) => ")]
    [InlineData("class C { void M(Stream s) { new SslStream(s, false, (a, b, c, d) => { return }); } }")]
    [InlineData("class C { void M(Stream s) { new SslStream(s, false, Missing); new SslStream(s, false, (a, b) => true); } }")]
    [InlineData("class C { RemoteCertificateValidationCallback F = (a, b, c, d) => F(a, b, c, d) || G(); static bool G() => G(); }")]
    [InlineData("class C { bool Loop(object a, object b, object c, SslPolicyErrors d) { while (a != b) { } goto x; x: return d == x; } RemoteCertificateValidationCallback F => Loop; }")]
    [InlineData("class C { void M(HttpClientHandler h) { h.ServerCertificateCustomValidationCallback = ; } }")]
    public async Task Survives_incomplete_code(string source) => Assert.DoesNotContain(await Verify.DiagnoseAsync(On.DotNet, source), found => found.Id == "AD0001");

    private static string InClass(string statements) => $$"""
        using System.Net.Http;
        using System.Security.Authentication;
        using System.Security.Cryptography.X509Certificates;

        class C
        {
            private const bool Yes = true;
            private const string Pin = "AB";
            private readonly string _pin = "AB";
            private readonly HashSet<string> _pins = new();
            private readonly X509Certificate2 _root = null!;
            private readonly IChecker _checker = null!;
            private readonly Settings _options = new();
            private bool _validate;
            private bool _seen;
            private RemoteCertificateValidationCallback _user = null!;
            private readonly Func<X509Certificate?, bool> accepted = certificate => true;

            void M(Stream stream, bool insecure)
            {
                {{statements}}
            }

            bool AcceptAll(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
            {
                Console.WriteLine(errors);
                return true;
            }

            static bool AcceptNothingNull(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => certificate != null;
            static bool Refuse(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => Check(errors);
            static bool Always() => Yes;
            static bool Log(SslPolicyErrors errors, X509Certificate? certificate) { Console.WriteLine(errors); return Always(); }
            static bool Check(SslPolicyErrors errors) => errors == SslPolicyErrors.None;
            static bool Checked(SslPolicyErrors errors, bool skip) => skip || errors == SslPolicyErrors.None;
            static void Require(SslPolicyErrors errors) { if (errors != SslPolicyErrors.None) throw new AuthenticationException(); }
            static bool IsDevelopment() => Environment.MachineName == "dev";
        }

        class CheckContext { public X509Certificate? Certificate { get; set; } public SslPolicyErrors Errors { get; set; } }
        class ClientOptions { public Func<CheckContext, bool>? Validate { get; set; } public ClientOptions WithValidation(Func<CheckContext, bool> validate) => this; }
        class Settings { public bool AcceptAll { get; set; } public string Mode { get; set; } = ""; }
        interface IChecker { void Validate(X509Certificate? certificate, SslPolicyErrors errors); }
        delegate bool Validator(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors);
        class Wrapper(Stream stream, Validator validate) { public Validator Validate { get; set; } = validate; public Stream Stream => stream; }
        """;
}
