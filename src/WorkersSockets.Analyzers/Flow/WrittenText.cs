using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>The constant text that a call writes, as far as its arguments show it.</summary>
internal static class WrittenText
{
    /// <summary>
    /// The commands of SMTP, IMAP, NNTP, ManageSieve and XMPP; POP3; FTP; then PostgreSQL's request code as a number and as bytes, and
    /// LDAP's extended operation.
    /// </summary>
    private static readonly ImmutableArray<string> TlsRequests = ImmutableArray.Create(
        "STARTTLS", "STLS", "AUTH TLS", "AUTH SSL", "80877103", "4, 210, 22, 47", "1.3.6.1.4.1.1466.20037");

    /// <summary>Whether the call sends a command that asks for TLS on the running connection.</summary>
    public static bool AsksForTls(IOperation call, SocketCompilation compilation)
    {
        var text = Of(call, compilation);
        return TlsRequests.Any(request => HasWord(text, request));
    }

    private static bool HasWord(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + word.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end])))
            {
                return true;
            }
        }

        return false;
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
            if (IsRequestBuffer(initializer))
            {
                AppendFilled(variable, initializer, text, compilation, depth);
            }
        }
    }

    /// <summary>A buffer as long as PostgreSQL's request, which is then filled number by number.</summary>
    private static bool IsRequestBuffer(IOperation initializer)
    {
        while (initializer is IConversionOperation { Operand: var operand })
        {
            initializer = operand;
        }

        return initializer is IArrayCreationOperation { Initializer: null, DimensionSizes: { Length: 1 } sizes } && sizes[0].ConstantValue is { HasValue: true, Value: 8 };
    }

    /// <summary>The numbers that <c>BinaryPrimitives</c> writes into a buffer.</summary>
    private static void AppendFilled(ISymbol buffer, IOperation initializer, StringBuilder text, SocketCompilation compilation, int depth)
    {
        foreach (var call in compilation.Sources.IndexOf(initializer).Calls)
        {
            if (call is { TargetMethod.ContainingType.Name: "BinaryPrimitives", Arguments.Length: 2 }
                && call.Arguments[0].Value.DescendantsAndSelf().Any(each => each is ILocalReferenceOperation { Local: var local } && SymbolEqualityComparer.Default.Equals(local, buffer)))
            {
                Append(call.Arguments[1].Value, text, compilation, depth + 1);
            }
        }
    }
}
