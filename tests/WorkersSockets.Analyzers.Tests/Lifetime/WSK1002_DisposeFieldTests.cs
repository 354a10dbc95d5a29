using WorkersSockets.Analyzers.CodeFixes.Lifetime;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Lifetime;

/// <summary>WSK1002's fix for a field that nothing in its type closes.</summary>
public class DisposeFieldTests
{
    private const string Members = """
            public async Task SendAsync(byte[] bytes, CancellationToken token)
            {
                await _client.ConnectAsync("a.contoso.com", 7, token);
                await _client.GetStream().WriteAsync(bytes, token);
            }
        """;

    public static TheoryData<string, string> Owners => new()
    {
        // Nothing to dispose yet.
        {
            $$"""
            public sealed class Sender
            {
                private readonly TcpClient _client = {|WSK1002:new()|};

            {{Members}}
            }
            """,
            $$"""
            public sealed class Sender : IDisposable
            {
                private readonly TcpClient _client = new();

            {{Members}}

                public void Dispose() => _client.Dispose();
            }
            """
        },
        {
            $$"""
            public class Sender<T>(T kind) : IComparable<T>
                where T : notnull
            {
                private readonly TcpClient _client = {|WSK1002:new()|};

                public int CompareTo(T? other) => kind.GetHashCode();

            {{Members}}
            }
            """,
            $$"""
            public class Sender<T>(T kind) : IComparable<T>, IDisposable
                where T : notnull
            {
                private readonly TcpClient _client = new();

                public int CompareTo(T? other) => kind.GetHashCode();

            {{Members}}

                public void Dispose() => _client.Dispose();
            }
            """
        },
        // What is there is forgotten one thing by.
        {
            $$"""
            public sealed class Sender : IDisposable
            {
                private readonly TcpClient _client = {|WSK1002:new()|};
                private readonly SemaphoreSlim _gate = new(1);

            {{Members}}

                public void Dispose() => _gate.Dispose(); // all
            }
            """,
            $$"""
            public sealed class Sender : IDisposable
            {
                private readonly TcpClient _client = new();
                private readonly SemaphoreSlim _gate = new(1);

            {{Members}}

                public void Dispose()
                {
                    _gate.Dispose();
                    _client.Dispose();
                } // all
            }
            """
        },
        {
            """
            public sealed class Sender : IDisposable
            {
                private readonly SemaphoreSlim _gate = new(1);
                private Socket? _socket;

                public void Open(EndPoint remote)
                {
                    _socket = {|WSK1002:new Socket(SocketType.Stream, ProtocolType.Tcp)|};
                    _socket.Connect(remote);
                }

                public void Dispose()
                {
                    _gate.Dispose();
                }
            }
            """,
            """
            public sealed class Sender : IDisposable
            {
                private readonly SemaphoreSlim _gate = new(1);
                private Socket? _socket;

                public void Open(EndPoint remote)
                {
                    _socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    _socket.Connect(remote);
                }

                public void Dispose()
                {
                    _gate.Dispose();
                    _socket?.Dispose();
                }
            }
            """
        },
        // The base class is disposed.
        {
            """
            public class Pump : Microsoft.Extensions.Hosting.BackgroundService
            {
                private readonly TcpClient _client = {|WSK1002:new()|};

                protected override async Task ExecuteAsync(CancellationToken stoppingToken) => await _client.ConnectAsync("a.contoso.com", 7, stoppingToken);
            }
            """,
            """
            public class Pump : Microsoft.Extensions.Hosting.BackgroundService
            {
                private readonly TcpClient _client = new();

                protected override async Task ExecuteAsync(CancellationToken stoppingToken) => await _client.ConnectAsync("a.contoso.com", 7, stoppingToken);

                public override void Dispose()
                {
                    _client.Dispose();
                    base.Dispose();
                }
            }
            """
        },
    };

    [Theory]
    [MemberData(nameof(Owners))]
    public Task The_type_disposes_what_it_owns(string before, string after) => Verify.FixAsync<CloseSocket>("WSK1002", "Owner", On.DotNet, before, after);

    [Theory]
    // A pattern of its own.
    [InlineData("class A : IDisposable { readonly TcpClient c = {|WSK1002:new()|}; public void M() => c.Connect(\"a\", 1); public void Dispose() { Dispose(true); } protected virtual void Dispose(bool disposing) { } }")]
    [InlineData("class A : IDisposable { readonly TcpClient c = {|WSK1002:new()|}; public void M() => c.Connect(\"a\", 1); void IDisposable.Dispose() { } }")]
    public Task Not_offered_where_the_type_disposes_in_a_way_of_its_own(string source) => Verify.NotFixableAsync<CloseSocket>("WSK1002", On.DotNet, source);
}
