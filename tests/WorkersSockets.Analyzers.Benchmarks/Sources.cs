using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WorkersSockets.Analyzers.Benchmarks;

/// <summary>Generated compilations of ordinary code.</summary>
internal static class Sources
{
    private const string Usings = "using System; using System.Collections.Generic; using System.IO; using System.Linq; using System.Net.Sockets; using System.Text; using System.Threading.Tasks;\n";

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "netstandard.dll" or "mscorlib.dll"))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>Files of which every <paramref name="every"/>-th works with a socket; none where it is 0.</summary>
    public static CSharpCompilation Files(int count, int every) => Compile([.. Enumerable.Range(0, count).Select(number => every > 0 && number % every == 0 ? WithSocket(number) : Ordinary(number))]);

    /// <summary>One method that sends this many times.</summary>
    public static CSharpCompilation Body(int statements)
    {
        var text = new StringBuilder(Usings).Append("class C { async Task M(TcpClient client, byte[] buffer, int count) { var stream = client.GetStream();\n");
        for (var number = 0; number < statements; number++)
        {
            text.Append((number % 4) switch { 0 => "await stream.WriteAsync(buffer);\n", 1 => "count += buffer.Length;\n", 2 => "if (count > 100) { count = 0; }\n", _ => "Console.WriteLine(count);\n" });
        }

        return Compile([text.Append("} }").ToString()]);
    }

    /// <summary>Helpers that hand a socket on: each to the next one, or all to the last.</summary>
    public static CSharpCompilation Helpers(int count, bool isDeep)
    {
        var text = new StringBuilder(Usings).Append("static class C {\n");
        for (var number = 0; number < count; number++)
        {
            var next = isDeep ? number + 1 : count;
            text.Append($"static async Task<int> Send{number}(TcpClient client, byte[] buffer) {{ if (buffer.Length > {number}) {{ return 0; }} return await Send{next}(client, buffer); }}\n");
        }

        text.Append($"static async Task<int> Send{count}(TcpClient client, byte[] buffer) {{ await client.GetStream().WriteAsync(buffer); return 1; }}\n");
        text.Append("static async Task Use() { using var client = new TcpClient();\n");
        for (var number = 0; number < (isDeep ? 1 : count); number++)
        {
            text.Append($"await Send{number}(client, new byte[1]);\n");
        }

        return Compile([text.Append("} }").ToString()]);
    }

    private static CSharpCompilation Compile(IReadOnlyList<string> texts) => CSharpCompilation.Create(
        "Measured",
        texts.Select((text, number) => CSharpSyntaxTree.ParseText(text, path: $"File{number}.cs")),
        References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    private static string Ordinary(int number) => Usings.Replace("using System.Net.Sockets; ", "", StringComparison.Ordinal) + $$"""
        namespace Shop.Part{{number}};

        public sealed class Order{{number}}
        {
            private readonly List<string> lines = new();
            private readonly Dictionary<string, decimal> prices = new();

            public string Customer { get; set; } = "";

            public void Add(string name, decimal price)
            {
                if (string.IsNullOrEmpty(name))
                {
                    throw new ArgumentException("A line needs a name.", nameof(name));
                }

                lines.Add(name);
                prices[name] = price;
            }

            public decimal Total()
            {
                var total = 0m;
                foreach (var line in lines)
                {
                    if (prices.TryGetValue(line, out var price))
                    {
                        total += price;
                    }
                }

                return total;
            }

            public async Task<string> WriteAsync(TextWriter writer)
            {
                var text = new StringBuilder();
                for (var index = 0; index < lines.Count; index++)
                {
                    text.Append(index).Append(": ").AppendLine(lines[index]);
                }

                await writer.WriteAsync(text.ToString());
                return text.ToString();
            }

            public static int Compare(Order{{number}} left, Order{{number}} right) => left.Total().CompareTo(right.Total());
        }
        """;

    private static string WithSocket(int number) => Usings + $$"""
        namespace Shop.Part{{number}};

        public sealed class Mailer{{number}}
        {
            private readonly string host;

            public Mailer{{number}}(string host) => this.host = host;

            public async Task<string> SendAsync(string text)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 587);
                using var stream = client.GetStream();
                using var writer = new StreamWriter(stream) { AutoFlush = true };
                using var reader = new StreamReader(stream);
                var greeting = await reader.ReadLineAsync();
                if (greeting is null || !greeting.StartsWith("220", StringComparison.Ordinal))
                {
                    throw new IOException("The server does not greet.");
                }

                await writer.WriteLineAsync("EHLO localhost");
                await writer.WriteLineAsync(text);
                return await reader.ReadLineAsync() ?? "";
            }

            public async Task<byte[]> ReadAsync(int count)
            {
                var client = new TcpClient(host, 110);
                try
                {
                    var buffer = new byte[count];
                    var read = 0;
                    while (read < count)
                    {
                        var got = await client.GetStream().ReadAsync(buffer.AsMemory(read));
                        if (got == 0)
                        {
                            break;
                        }

                        read += got;
                    }

                    return buffer;
                }
                finally
                {
                    client.Close();
                }
            }
        }
        """;
}
