using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Lifetime;

/// <summary>A private static field or auto-property that keeps a connection, and how it gets it.</summary>
internal sealed class SharedSocket
{
    private SharedSocket(ISymbol symbol, ITypeSymbol type, TypeSyntax written, MemberDeclarationSyntax declaration, ExpressionSyntax connect, ImmutableArray<IdentifierNameSyntax> uses)
    {
        Symbol = symbol;
        Declaration = declaration;
        Connect = connect;
        Uses = uses;
        IsOnWorkers = type is { Name: "TcpSocket", ContainingNamespace.Name: "Workers" };
        TypeName = written is NullableTypeSyntax nullable ? nullable.ElementType.ToString() : written.ToString();
    }

    public ISymbol Symbol { get; }
    public MemberDeclarationSyntax Declaration { get; }

    /// <summary>The expression that makes the socket.</summary>
    public ExpressionSyntax Connect { get; }

    /// <summary>Where the type names the member, the statement that opens it on first use left out.</summary>
    public ImmutableArray<IdentifierNameSyntax> Uses { get; private set; }

    public bool IsOnWorkers { get; }
    public string TypeName { get; }

    /// <summary>The statement of a method that opens the socket when it is first needed; null where the member's initializer does.</summary>
    public StatementSyntax? Opening { get; private set; }

    /// <summary>What that statement does with the socket once it is made.</summary>
    public ImmutableArray<StatementSyntax> Preparation { get; private set; } = ImmutableArray<StatementSyntax>.Empty;

    /// <summary>The methods that use the socket.</summary>
    public ImmutableArray<MethodDeclarationSyntax> Methods { get; private set; } = ImmutableArray<MethodDeclarationSyntax>.Empty;

    /// <summary>The connection as an expression that stands without its type: <c>new(…)</c> names the type.</summary>
    public string Value => Connect is ImplicitObjectCreationExpressionSyntax created
        ? $"new {TypeName}{created.ArgumentList}{created.Initializer}"
        : Connect.ToString();

    /// <summary>Null where the socket is no private member's, or is used in a way that a local variable can't replace.</summary>
    public static SharedSocket? Find(SemanticModel model, SyntaxNode node, CancellationToken cancellationToken)
    {
        if (node is not ExpressionSyntax connect || node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type)
        {
            return null;
        }

        var symbol = connect.Parent switch
        {
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator } => model.GetDeclaredSymbol(declarator, cancellationToken),
            EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax property } => model.GetDeclaredSymbol(property, cancellationToken),
            AssignmentExpressionSyntax assignment when assignment.Right == connect => model.GetSymbolInfo(assignment.Left, cancellationToken).Symbol,
            _ => null,
        };
        if (symbol is not { IsStatic: true, DeclaredAccessibility: Accessibility.Private, ContainingType.DeclaringSyntaxReferences.Length: 1, DeclaringSyntaxReferences: { Length: 1 } references })
        {
            return null;
        }

        var (memberType, written, declaration) = (symbol, references[0].GetSyntax(cancellationToken)) switch
        {
            (IFieldSymbol field, VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: FieldDeclarationSyntax fieldDeclaration } variables }) =>
                (field.Type, variables.Type, (MemberDeclarationSyntax)fieldDeclaration),
            (IPropertySymbol property, PropertyDeclarationSyntax { ExpressionBody: null } propertyDeclaration) =>
                (property.Type, propertyDeclaration.Type, propertyDeclaration),
            _ => ((ITypeSymbol?)null, (TypeSyntax?)null, (MemberDeclarationSyntax?)null),
        };
        if (memberType is null || written is null || declaration is null || declaration.Parent != type || declaration.ContainsDirectives)
        {
            return null;
        }

        var uses = type.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(name => name.Identifier.ValueText == symbol.Name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, symbol))
            .ToImmutableArray();
        var socket = new SharedSocket(symbol, memberType, written, declaration, connect, uses);
        return socket.FindOpening() && socket.FindMethods() ? socket : null;
    }

    /// <summary>What replaces a use: the name itself, with a <c>!</c> behind it that a local does not need.</summary>
    public static TextSpan SpanOf(IdentifierNameSyntax use) =>
        use.Parent is PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } sure ? sure.Span : use.Span;

    /// <summary>A name for the local variable of a method.</summary>
    public string LocalIn(MethodDeclarationSyntax method)
    {
        var bare = Symbol.Name.TrimStart('_');
        bare = bare.StartsWith("s_", StringComparison.Ordinal) ? bare.Substring(2) : bare;
        var wanted = bare.Length == 0 ? "socket" : char.ToLowerInvariant(bare[0]) + bare.Substring(1);
        wanted = SyntaxFacts.GetKeywordKind(wanted) != SyntaxKind.None ? "socket" : wanted;

        // The member's own name is free once the member is gone.
        return wanted == Symbol.Name && !DeclaresLocal(method, wanted) ? wanted : UniqueNames.ForLocal(method, wanted);
    }

    private static bool DeclaresLocal(MethodDeclarationSyntax method, string name) =>
        method.ParameterList.Parameters.Any(parameter => parameter.Identifier.ValueText == name)
        || method.DescendantNodes().Any(node => node switch
        {
            VariableDeclaratorSyntax variable => variable.Identifier.ValueText == name,
            SingleVariableDesignationSyntax variable => variable.Identifier.ValueText == name,
            CommonForEachStatementSyntax loop => loop is ForEachStatementSyntax { Identifier.ValueText: var element } && element == name,
            ParameterSyntax parameter => parameter.Identifier.ValueText == name,
            _ => false,
        });

    /// <summary><c>if (s is null) { s = …; }</c> or <c>s ??= …;</c> at the top of a method; false for every other assignment.</summary>
    private bool FindOpening()
    {
        if (Connect.Parent is not AssignmentExpressionSyntax assignment)
        {
            return true;
        }

        if (assignment.Parent is not ExpressionStatementSyntax statement)
        {
            return false;
        }

        Opening = statement;
        if (assignment.IsKind(SyntaxKind.SimpleAssignmentExpression))
        {
            var owner = statement.Parent is BlockSyntax block ? block.Parent : statement.Parent;
            if (owner is not IfStatementSyntax { Else: null } test || !IsNullTest(test.Condition))
            {
                return false;
            }

            Opening = test;
            Preparation = test.Statement is BlockSyntax body ? body.Statements.ToImmutableArray() : ImmutableArray.Create(test.Statement);
            if (Preparation[0] != statement || Preparation.Any(each => each is not ExpressionStatementSyntax) || Opening.ContainsDirectives)
            {
                return false;
            }

            Preparation = Preparation.RemoveAt(0);
        }

        Uses = Uses.Where(use => !Opening.Span.Contains(use.Span) || Preparation.Any(each => each.Span.Contains(use.Span))).ToImmutableArray();
        return Opening.Parent is BlockSyntax { Parent: MethodDeclarationSyntax } && Uses.All(use => use.SpanStart > Opening.SpanStart);
    }

    private bool IsNullTest(ExpressionSyntax condition) => condition switch
    {
        IsPatternExpressionSyntax { Expression: IdentifierNameSyntax name, Pattern: ConstantPatternSyntax { Expression.RawKind: (int)SyntaxKind.NullLiteralExpression } } => Uses.Contains(name),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression, Left: IdentifierNameSyntax name, Right.RawKind: (int)SyntaxKind.NullLiteralExpression } => Uses.Contains(name),
        _ => false,
    };

    private bool FindMethods()
    {
        var methods = Uses.Select(use => use.FirstAncestorOrSelf<MethodDeclarationSyntax>()).Distinct().ToList();
        if (methods.Count == 0
            || methods.Any(method => method?.Body is not { Statements.Count: > 0 })
            || Uses.Any(use => use.Parent is AssignmentExpressionSyntax assignment && assignment.Left == use)
            || Uses.Any(use => use.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not 0 })
            || Uses.Any(use => use.Parent is MemberAccessExpressionSyntax access && (access.Name == use || access.Name.Identifier.ValueText is "Close" or "Dispose" or "CloseAsync"))
            || Uses.Any(use => use.Parent is ReturnStatementSyntax or ArrowExpressionClauseSyntax or EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Parent: FieldDeclarationSyntax } } }))
        {
            return false;
        }

        Methods = methods.Select(method => method!).ToImmutableArray();
        return Opening is null || (Methods.Length == 1 && Opening.Parent == Methods[0].Body);
    }
}
