using WorkersSockets.Analyzers.Tests.Testing;

namespace WorkersSockets.Analyzers.Tests.Lifetime;

/// <summary>Puts members into a class; a source that declares a type or holds top-level statements stays as it is.</summary>
internal static class LifetimeSource
{
    public static string Of(On on, string members)
    {
        if (members.Contains("class ", StringComparison.Ordinal) || members.StartsWith("using ", StringComparison.Ordinal) || members.StartsWith("var ", StringComparison.Ordinal))
        {
            return members;
        }

        return on == On.Workers
            ? "static class P\n{\n" + members + "\n}"
            : "class C\n{\n    private TcpClient? _field;\n" + members + "\n    static void Use(Stream s) { s.WriteByte(1); }\n    static void Log(string s) => Console.WriteLine(s);\n}";
    }
}
