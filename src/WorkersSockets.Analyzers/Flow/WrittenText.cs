using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>The constant text that a call writes, as far as its arguments show it.</summary>
internal static class WrittenText
{
    /// <summary>Whether the call sends a command that asks for TLS on the running connection (STARTTLS, STLS, AUTH TLS, SSLRequest).</summary>
    public static bool AsksForTls(IOperation call, SocketCompilation compilation)
    {
        var text = Of(call, compilation);
        return text.IndexOf("STARTTLS", StringComparison.OrdinalIgnoreCase) >= 0
            || text.IndexOf("STLS", StringComparison.OrdinalIgnoreCase) >= 0
            || text.IndexOf("AUTH TLS", StringComparison.OrdinalIgnoreCase) >= 0
            || text.IndexOf("AUTH SSL", StringComparison.OrdinalIgnoreCase) >= 0
            || text.IndexOf("<starttls", StringComparison.OrdinalIgnoreCase) >= 0
            || text.IndexOf("80877103", StringComparison.Ordinal) >= 0
            || text.IndexOf("4, 210, 22, 47", StringComparison.Ordinal) >= 0;
    }

    /// <summary>
    /// All constant strings, UTF-8 literals and byte lists (as "1, 2, 3") among the call's arguments, through encodings, interpolation
    /// and the initializers of local variables, one after the other; empty where there are none.
    /// </summary>
    public static string Of(IOperation call, SocketCompilation compilation)
    {
        var text = new StringBuilder();
        var arguments = call switch
        {
            IInvocationOperation invocation => invocation.Arguments,
            IObjectCreationOperation creation => creation.Arguments,
            _ => default,
        };
        if (!arguments.IsDefault)
        {
            foreach (var argument in arguments)
            {
                Append(argument.Value, text, compilation, depth: 0);
            }
        }

        return text.ToString();
    }

    private static void Append(IOperation operation, StringBuilder text, SocketCompilation compilation, int depth)
    {
        if (depth > 12 || text.Length > 4096)
        {
            return;
        }

        if (operation.ConstantValue is { HasValue: true, Value: { } constant })
        {
            if (constant is string or char)
            {
                text.Append(constant).Append(' ');
            }
            else if (constant is int or byte or uint or long)
            {
                text.Append(constant).Append(", ");
            }

            return;
        }

        switch (operation)
        {
            case IUtf8StringOperation utf8:
                text.Append(utf8.Value).Append(' ');
                return;
            case ILocalReferenceOperation { Local: var local }:
                AppendInitializer(local, operation, text, compilation, depth);
                return;
            case IFieldReferenceOperation { Field: { IsReadOnly: true } field }:
                AppendInitializer(field, operation, text, compilation, depth);
                return;
        }

        foreach (var child in operation.ChildOperations)
        {
            Append(child, text, compilation, depth + 1);
        }
    }

    private static void AppendInitializer(ISymbol variable, IOperation at, StringBuilder text, SocketCompilation compilation, int depth)
    {
        if (variable.DeclaringSyntaxReferences.Length != 1
            || variable.DeclaringSyntaxReferences[0].GetSyntax() is not VariableDeclaratorSyntax { Initializer.Value: { } value })
        {
            return;
        }

        var model = at.SemanticModel is { } own && own.SyntaxTree == value.SyntaxTree ? own : compilation.Sources.For(value.SyntaxTree);
        if (model?.GetOperation(value) is { } initializer)
        {
            Append(initializer, text, compilation, depth + 1);
        }
    }
}
