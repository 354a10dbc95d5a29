using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace WorkersSockets.Analyzers.CodeFixes.Data;

/// <summary>What a read gives back.</summary>
internal enum ReadResult
{
    Other,
    Count,
    Unit,
    Line,
    Object,
}

/// <summary>A read in source: the call, the whole expression of its value, and the variable that takes it.</summary>
internal sealed record ReadCall(InvocationExpressionSyntax Call, IMethodSymbol Method, ExpressionSyntax Value, ReadResult Result)
{
    public bool IsWorkers => Method.ContainingType.Name == "TcpSocket";

    public bool IsAwaited => Value is AwaitExpressionSyntax;

    /// <summary>What stands before the method's name, with the dot.</summary>
    public ExpressionSyntax? Receiver => Call.Expression is MemberAccessExpressionSyntax access ? access.Expression : null;

    /// <summary>What stands behind the call in the expression of its value: ".ConfigureAwait(false)", ".Result" or nothing.</summary>
    public string Tail
    {
        get
        {
            var whole = Value is AwaitExpressionSyntax awaited ? awaited.Expression : Value;
            var text = whole.ToString();
            return text.StartsWith(Call.ToString(), StringComparison.Ordinal) ? text.Substring(Call.ToString().Length) : "";
        }
    }

    /// <summary>The local that the value is assigned to, where the statement does nothing else.</summary>
    public string? Variable => Value.Parent switch
    {
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1 } } declarator } => declarator.Identifier.ValueText,
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax name } assignment when assignment.Right == Value => name.Identifier.ValueText,
        _ => null,
    };

    public static ReadCall? At(SyntaxNode root, TextSpan span, SemanticModel model, CancellationToken cancellationToken)
    {
        var node = root.FindNode(span, getInnermostNodeForTie: true);
        var call = node as InvocationExpressionSyntax ?? node.DescendantNodes().OfType<InvocationExpressionSyntax>().FirstOrDefault();
        if (call is null || model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol method)
        {
            return null;
        }

        ExpressionSyntax value = call;
        if (call.Parent is ConditionalAccessExpressionSyntax conditional && conditional.WhenNotNull == call)
        {
            value = conditional;
        }

        while (value.Parent is MemberAccessExpressionSyntax access && access.Expression == value
            && access.Name.Identifier.ValueText is "ConfigureAwait" or "AsTask" or "WaitAsync" or "GetAwaiter" or "GetResult" or "Result")
        {
            value = access.Parent is InvocationExpressionSyntax step && step.Expression == access ? step : access;
        }

        if (value.Parent is AwaitExpressionSyntax awaited)
        {
            value = awaited;
        }

        return new ReadCall(call, method, value, ResultOf(method));
    }

    /// <summary>Whether locals nearby are declared with <c>var</c>: the new ones are then, too.</summary>
    public bool UsesVar(SyntaxNode at)
    {
        var member = at.FirstAncestorOrSelf<MemberDeclarationSyntax>(node => node is not GlobalStatementSyntax) ?? at.SyntaxTree.GetRoot();
        return !member.DescendantNodes().OfType<VariableDeclarationSyntax>()
            .Any(declaration => declaration is { Parent: LocalDeclarationStatementSyntax, Type: PredefinedTypeSyntax, Variables: { Count: 1 } variables } && variables[0].Initializer is not null);
    }

    /// <summary>The size that a local array is made with.</summary>
    public static ExpressionSyntax? SizeOf(ExpressionSyntax array, SemanticModel model, CancellationToken cancellationToken) =>
        model.GetSymbolInfo(array, cancellationToken).Symbol is ILocalSymbol { DeclaringSyntaxReferences: { Length: 1 } declarations }
        && declarations[0].GetSyntax(cancellationToken) is VariableDeclaratorSyntax { Initializer.Value: ArrayCreationExpressionSyntax { Type.RankSpecifiers: { Count: 1 } ranks } }
        && ranks[0].Sizes is { Count: 1 } sizes
            ? sizes[0]
            : null;

    private static ReadResult ResultOf(IMethodSymbol method)
    {
        var type = method.ReturnType is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments: { Length: 1 } arguments } ? arguments[0] : method.ReturnType;
        return type switch
        {
            { Name: "TcpReadResult" } => ReadResult.Object,
            { SpecialType: SpecialType.System_String } => ReadResult.Line,
            { SpecialType: SpecialType.System_Int32 } => method.Parameters.Length == 0 || method.Name == "ReadByte" ? ReadResult.Unit : ReadResult.Count,
            _ => ReadResult.Other,
        };
    }
}
