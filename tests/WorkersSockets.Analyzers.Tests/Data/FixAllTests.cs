using WorkersSockets.Analyzers.CodeFixes.Data;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Data;

/// <summary>Each fix of the data rules over two files, one of which has two finds in one body.</summary>
public class FixAllTests
{
    private static string In(string type, string statements) => $$"""
        class {{type}}
        {
            void M(NetworkStream stream, Socket socket)
            {
        {{statements.ReplaceLineEndings("\n").TrimEnd('\n')}}
            }
        }
        """;

    private static (string, string) One(string type, string before, string after) => (In(type, before), In(type, after));

    [Fact]
    public Task Reads_messages() => Verify.FixFilesAsync<ReadMessage>("WSK3001", "Loop", On.DotNet,
        One("A", """
                    var head = new byte[4];
                    var a = {|WSK3001:stream.Read(head, 0, 4)|};
                    Console.WriteLine(BitConverter.ToInt32(head, 0) + a);
                    var rest = new byte[64];
                    var b = {|WSK3001:socket.Receive(rest)|};
                    Console.WriteLine(Encoding.ASCII.GetString(rest, 0, b));
            """, """
                    var head = new byte[4];
                    var a = 0;
                    while (a < 4)
                    {
                        var read = stream.Read(head, a, 4 - a);
                        if (read == 0)
                        {
                            break;
                        }

                        a += read;
                    }

                    Console.WriteLine(BitConverter.ToInt32(head, 0) + a);
                    var rest = new byte[64];
                    var b = 0;
                    while (b < rest.Length)
                    {
                        var read = socket.Receive(rest.AsSpan(b));
                        if (read == 0)
                        {
                            break;
                        }

                        b += read;
                    }

                    Console.WriteLine(Encoding.ASCII.GetString(rest, 0, b));
            """),
        One("B", """
                    var head = new byte[2];
                    if ({|WSK3001:stream.Read(head, 0, 2)|} < 2) return;
            """, """
                    var head = new byte[2];
                    var count = 0;
                    while (count < 2)
                    {
                        var read = stream.Read(head, count, 2 - count);
                        if (read == 0)
                        {
                            break;
                        }

                        count += read;
                    }

                    if (count < 2) return;
            """));

    [Fact]
    public Task Uses_what_was_read() => Verify.FixFilesAsync<UseBytesRead>("WSK3002", "Exactly", On.DotNet,
        One("A", """
                    var head = new byte[4];
                    {|WSK3002:stream.Read(head, 0, 4)|};
                    Console.WriteLine(BitConverter.ToInt32(head, 0));
                    {|WSK3002:stream.Read(head)|};
                    Console.WriteLine(BitConverter.ToInt32(head, 0));
            """, """
                    var head = new byte[4];
                    stream.ReadExactly(head, 0, 4);
                    Console.WriteLine(BitConverter.ToInt32(head, 0));
                    stream.ReadExactly(head);
                    Console.WriteLine(BitConverter.ToInt32(head, 0));
            """),
        One("B", """
                    var head = new byte[2];
                    int n = {|WSK3002:stream.Read(head, 0, 2)|};
                    Console.WriteLine(head[1]);
            """, """
                    var head = new byte[2];
                    stream.ReadExactly(head, 0, 2);
                    Console.WriteLine(head[1]);
            """));

    [Fact]
    public Task Keeps_decoders() => Verify.FixFilesAsync<DecodeWhole>("WSK3003", "Decoder", On.DotNet,
        One("A", """
                    var b = new byte[64];
                    var text = new StringBuilder();
                    int n;
                    if (stream.CanRead)
                    {
                        while ((n = stream.Read(b)) > 0)
                        {
                            text.Append({|WSK3003:Encoding.UTF8.GetString(b, 0, n)|});
                        }
                    }
                    else
                    {
                        while ((n = socket.Receive(b)) > 0)
                        {
                            text.Append({|WSK3003:Encoding.Unicode.GetString(b, 0, n)|});
                        }
                    }
            """, """
                    var b = new byte[64];
                    var text = new StringBuilder();
                    int n;
                    if (stream.CanRead)
                    {
                        var decoder = Encoding.UTF8.GetDecoder();
                        var chars = new char[Encoding.UTF8.GetMaxCharCount(b.Length)];
                        while ((n = stream.Read(b)) > 0)
                        {
                            text.Append(new string(chars, 0, decoder.GetChars(b, 0, n, chars, 0)));
                        }
                    }
                    else
                    {
                        var decoder = Encoding.Unicode.GetDecoder();
                        var chars = new char[Encoding.Unicode.GetMaxCharCount(b.Length)];
                        while ((n = socket.Receive(b)) > 0)
                        {
                            text.Append(new string(chars, 0, decoder.GetChars(b, 0, n, chars, 0)));
                        }
                    }
            """),
        One("B", """
                    var b = new byte[64];
                    var text = "";
                    int n;
                    while ((n = stream.Read(b)) > 0)
                    {
                        text += {|WSK3003:Encoding.UTF8.GetString(b, 0, n)|};
                    }
            """, """
                    var b = new byte[64];
                    var text = "";
                    int n;
                    var decoder = Encoding.UTF8.GetDecoder();
                    var chars = new char[Encoding.UTF8.GetMaxCharCount(b.Length)];
                    while ((n = stream.Read(b)) > 0)
                    {
                        text += new string(chars, 0, decoder.GetChars(b, 0, n, chars, 0));
                    }
            """));

    [Fact]
    public Task Names_encodings() => Verify.FixFilesAsync<NameEncoding>("WSK3004", "NoByteOrderMark", On.DotNet,
        One("A", """
                    var a = {|WSK3004:new StreamWriter(stream)|};
                    var b = new StreamWriter(stream, {|WSK3004:Encoding.UTF8|});
            """, """
                    var a = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
                    var b = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            """),
        One("B", """
                    var a = {|WSK3004:new StreamWriter(stream)|};
            """, """
                    var a = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            """));

    [Fact]
    public Task Leaves_loops() => Verify.FixFilesAsync<LeaveAtEnd>("WSK3005", "EndCheck", On.DotNet,
        One("A", """
                    var b = new byte[64];
                    for (var round = 0; round < 2; round++)
                    {
                        while (true)
                        {
                            var n = {|WSK3005:stream.Read(b)|};
                            Console.Write(Encoding.ASCII.GetString(b, 0, n));
                        }
                    }

                    while (socket.Connected)
                    {
                        var n = {|WSK3005:socket.Receive(b)|};
                        Console.Write(Encoding.ASCII.GetString(b, 0, n));
                    }
            """, """
                    var b = new byte[64];
                    for (var round = 0; round < 2; round++)
                    {
                        while (true)
                        {
                            var n = stream.Read(b);
                            if (n == 0)
                            {
                                break;
                            }

                            Console.Write(Encoding.ASCII.GetString(b, 0, n));
                        }
                    }

                    while (socket.Connected)
                    {
                        var n = socket.Receive(b);
                        if (n == 0)
                        {
                            break;
                        }

                        Console.Write(Encoding.ASCII.GetString(b, 0, n));
                    }
            """),
        One("B", """
                    var b = new byte[64];
                    while (true)
                    {
                        var n = {|WSK3005:stream.Read(b)|};
                        if (n == 0) continue;
                        Console.Write(Encoding.ASCII.GetString(b, 0, n));
                    }
            """, """
                    var b = new byte[64];
                    while (true)
                    {
                        var n = stream.Read(b);
                        if (n == 0) break;
                        Console.Write(Encoding.ASCII.GetString(b, 0, n));
                    }
            """));
}
