using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Security;

/// <summary>Brings what works on a plain connection onto the TLS stream over it: a socket's own calls, a reader or writer over its stream.</summary>
internal static class TlsCalls
{
    private static readonly ImmutableDictionary<string, string> StreamNames = ImmutableDictionary<string, string>.Empty
        .Add("Send", "Write").Add("SendAsync", "WriteAsync").Add("Receive", "Read").Add("ReceiveAsync", "ReadAsync");

    /// <summary>
    /// <c>socket.Send(data)</c> becomes <c>tls.Write(data)</c>: a stream has no flags, counts from an offset and does not say how much it
    /// wrote. False, and no edit, where the call wants more than a stream can do.
    /// </summary>
    public static bool TryReplaceSocketCall(SourceEdits edits, SemanticModel model, InvocationExpressionSyntax call, string tls, CancellationToken cancellationToken)
    {
        if (call.Expression is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: var method }
            || !StreamNames.TryGetValue(method, out var name)
            || model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol { ContainingType: { Name: "Socket" or "SocketTaskExtensions", ContainingNamespace.Name: "Sockets" } } symbol
            || (name.StartsWith("Write", StringComparison.Ordinal) && IsResultUsed(call))
            || call.ArgumentList.Arguments.Any(argument => argument.NameColon is not null || !argument.RefKindKeyword.IsKind(SyntaxKind.None)))
        {
            return false;
        }

        var kept = new List<string>();
        for (var position = 0; position < call.ArgumentList.Arguments.Count; position++)
        {
            var argument = call.ArgumentList.Arguments[position].Expression;
            var type = model.GetTypeInfo(argument, cancellationToken).ConvertedType;
            if (type?.Name == "SocketFlags")
            {
                if (model.GetConstantValue(argument, cancellationToken).Value is not 0)
                {
                    return false;
                }

                continue;
            }

            if (type?.SpecialType == SpecialType.System_Int32 && symbol.Parameters.Count(parameter => parameter.Type.SpecialType == SpecialType.System_Int32) == 1)
            {
                kept.Add("0");
            }

            kept.Add(argument.ToString());
        }

        // The stream of an older framework may lack the overload.
        var rest = $".{name}({string.Join(", ", kept)})";
        if (model.GetSpeculativeSymbolInfo(call.SpanStart, SyntaxFactory.ParseExpression("default(System.Net.Security.SslStream)" + rest), SpeculativeBindingOption.BindAsExpression).Symbol is null)
        {
            return false;
        }

        edits.Replace(call, tls + rest);
        return true;
    }

    /// <summary>
    /// <c>reader.ReadLine()</c> on a reader over the plain stream: the variable gets a new reader over the TLS stream as soon as that is
    /// authenticated. False, and no edit, where the variable cannot be assigned or how it was made is not seen.
    /// </summary>
    /// <param name="upgrade">The statement that authenticates.</param>
    public static bool TryMakeReaderAgain(SourceEdits edits, SemanticModel model, InvocationExpressionSyntax call, StatementSyntax upgrade, string tls, CancellationToken cancellationToken)
    {
        if (call.Expression is not MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax reader }
            || model.GetSymbolInfo(reader, cancellationToken).Symbol is not { } variable
            || variable is not (ILocalSymbol { IsUsing: false, IsConst: false, IsForEach: false } or IFieldSymbol { IsReadOnly: false })
            || Made(variable, upgrade, model, cancellationToken) is not { ArgumentList.Arguments: { Count: > 0 } arguments } made
            || !IsStreamOf(made, arguments[0], model, cancellationToken))
        {
            return false;
        }

        var again = made.ReplaceNode(arguments[0].Expression, SyntaxFactory.ParseExpression(tls));
        return Statements.TryInsertAfter(edits, upgrade, $"{reader} = {RepeatedCode.WithoutComments(again)};");
    }

    /// <summary>The only creation in front of the upgrade that the variable is given.</summary>
    private static BaseObjectCreationExpressionSyntax? Made(ISymbol variable, StatementSyntax upgrade, SemanticModel model, CancellationToken cancellationToken)
    {
        if (upgrade.FirstAncestorOrSelf<MemberDeclarationSyntax>(member => member is not GlobalStatementSyntax) is not { } member)
        {
            return null;
        }

        var values = member.DescendantNodes().Select(node => node switch
            {
                VariableDeclaratorSyntax { Initializer.Value: var value } declarator when Is(model.GetDeclaredSymbol(declarator, cancellationToken)) => value,
                AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Right: var value, Left: var left } when Is(model.GetSymbolInfo(left, cancellationToken).Symbol) => value,
                _ => null,
            })
            .OfType<ExpressionSyntax>()
            .ToList();
        return values.Count == 1 && values[0].Span.End < upgrade.SpanStart ? values[0] as BaseObjectCreationExpressionSyntax : null;

        bool Is(ISymbol? symbol) => SymbolEqualityComparer.Default.Equals(symbol, variable);
    }

    private static bool IsStreamOf(BaseObjectCreationExpressionSyntax made, ArgumentSyntax argument, SemanticModel model, CancellationToken cancellationToken) =>
        argument.NameColon is null
        && model.GetSymbolInfo(made, cancellationToken).Symbol is IMethodSymbol { Parameters: { Length: > 0 } parameters }
        && parameters[0].Type is { Name: "Stream", ContainingNamespace: { Name: "IO", ContainingNamespace.Name: "System" } };

    private static bool IsResultUsed(InvocationExpressionSyntax call)
    {
        SyntaxNode current = call;
        while (current.Parent is AwaitExpressionSyntax or ParenthesizedExpressionSyntax
            || current.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" }
            || (current.Parent is InvocationExpressionSyntax { Expression: var configured } && configured == current))
        {
            current = current.Parent!;
        }

        return current.Parent is not ExpressionStatementSyntax;
    }
}
