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

    /// <summary>The member is a <c>Lazy</c>: its uses ask for <c>Value</c>.</summary>
    private bool IsLazy { get; init; }

    public string TypeName { get; }

    /// <summary>The statement of a method that opens the socket when it is first needed; null where the member's initializer does.</summary>
    public StatementSyntax? Opening { get; private set; }

    /// <summary>What that statement does with the socket once it is made.</summary>
    public ImmutableArray<StatementSyntax> Preparation { get; private set; } = ImmutableArray<StatementSyntax>.Empty;

    /// <summary>Members that the preparation fills with a part of the socket.</summary>
    public ImmutableArray<Companion> Companions { get; private set; } = ImmutableArray<Companion>.Empty;

    /// <summary>The private method that returns the socket, opened where need be; null where methods use the member itself.</summary>
    public MethodDeclarationSyntax? Getter { get; private set; }

    /// <summary>The variables that get the socket from that method.</summary>
    public ImmutableArray<LocalDeclarationStatementSyntax> Callers { get; private set; } = ImmutableArray<LocalDeclarationStatementSyntax>.Empty;

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

        // A Lazy makes its socket in a lambda.
        var factory = connect as LambdaExpressionSyntax ?? connect.Parent as LambdaExpressionSyntax;
        var maker = factory is { Parent: ArgumentSyntax { Parent.Parent: BaseObjectCreationExpressionSyntax outer } } ? outer : connect as BaseObjectCreationExpressionSyntax;
        var isLazy = maker is not null && model.GetTypeInfo(maker, cancellationToken).Type is { Name: "Lazy", ContainingNamespace.Name: "System" };
        if (isLazy)
        {
            if (maker!.ArgumentList?.Arguments.Count != 1
                || maker.ArgumentList.Arguments[0].Expression is not LambdaExpressionSyntax { AsyncKeyword.RawKind: 0, ExpressionBody: { } made }
                || maker.Parent is not EqualsValueClauseSyntax)
            {
                return null;
            }

            connect = made;
        }

        var symbol = (isLazy ? maker : connect)!.Parent switch
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

        if (isLazy)
        {
            if (memberType is not INamedTypeSymbol { TypeArguments: { Length: 1 } inner } || written is not GenericNameSyntax { TypeArgumentList.Arguments: { Count: 1 } argument })
            {
                return null;
            }

            (memberType, written) = (inner[0], argument[0]);
        }

        if (memberType.Name is "Task" or "ValueTask" or "Lazy" or "ThreadLocal" or "AsyncLocal")
        {
            return null;
        }

        var uses = type.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(name => name.Identifier.ValueText == symbol.Name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, symbol))
            .ToImmutableArray();
        var socket = new SharedSocket(symbol, memberType, written, declaration, connect, uses) { IsLazy = isLazy };
        return socket.FindOpening(model, type, cancellationToken) && (socket.FindGetter(model, type, cancellationToken) || socket.FindMethods(model, cancellationToken)) ? socket : null;
    }

    /// <summary>What replaces a use: the name itself, or the value of the <c>Lazy</c>, with a <c>!</c> behind it that a local does not need.</summary>
    public TextSpan SpanOf(IdentifierNameSyntax use) => IsLazy ? use.Parent!.Span : SpanWithMark(use);

    public static TextSpan SpanWithMark(IdentifierNameSyntax use) =>
        use.Parent is PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } sure ? sure.Span : use.Span;

    /// <summary>A name for the local variable of a method.</summary>
    public string LocalIn(MethodDeclarationSyntax method) => LocalIn(method, Symbol);

    /// <summary>A name for the local variable that takes a member's place.</summary>
    public static string LocalIn(MethodDeclarationSyntax method, ISymbol member)
    {
        var bare = member.Name.TrimStart('_');
        bare = bare.StartsWith("s_", StringComparison.Ordinal) ? bare.Substring(2) : bare;
        var wanted = bare.Length == 0 ? "socket" : char.ToLowerInvariant(bare[0]) + bare.Substring(1);
        wanted = SyntaxFacts.GetKeywordKind(wanted) != SyntaxKind.None ? "socket" : wanted;

        // The member's own name is free once the member is gone.
        return wanted == member.Name && !DeclaresLocal(method, wanted) ? wanted : UniqueNames.ForLocal(method, wanted);
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

    /// <summary>
    /// <c>if (s is null) { s = …; }</c> or <c>s ??= …;</c> at the top of a method or of a <c>try</c> that holds all uses; false for every
    /// other assignment.
    /// </summary>
    private bool FindOpening(SemanticModel model, TypeDeclarationSyntax type, CancellationToken cancellationToken)
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
            if (owner is not IfStatementSyntax { Else: null } test || !IsMissingTest(test.Condition))
            {
                return false;
            }

            Opening = test;
            Preparation = test.Statement is BlockSyntax body ? body.Statements.ToImmutableArray() : ImmutableArray.Create(test.Statement);
            var first = Preparation.IndexOf(statement);
            if (Preparation.Take(first).Any(each => !IsDisposal(each)) || Preparation.Any(each => each is not ExpressionStatementSyntax) || Opening.ContainsDirectives)
            {
                return false;
            }

            Preparation = Preparation.RemoveRange(0, first + 1);
            if (!FindCompanions(model, type, cancellationToken))
            {
                return false;
            }
        }

        Uses = Uses.Where(use => !Opening.Span.Contains(use.Span) || Preparation.Any(each => each.Span.Contains(use.Span))).ToImmutableArray();
        return Opening.Parent is BlockSyntax { Parent: MethodDeclarationSyntax or TryStatementSyntax { Parent: BlockSyntax { Parent: MethodDeclarationSyntax } } } scope
            && Uses.All(use => use.SpanStart > Opening.SpanStart && scope.Span.Contains(use.Span));
    }

    /// <summary>Other members that get a part of the socket with it, such as its stream. False where one can't become a local as well.</summary>
    private bool FindCompanions(SemanticModel model, TypeDeclarationSyntax type, CancellationToken cancellationToken)
    {
        var companions = ImmutableArray.CreateBuilder<Companion>();
        foreach (var statement in Preparation)
        {
            if (statement is not ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax assignment })
            {
                continue;
            }

            if (model.GetSymbolInfo(assignment.Left, cancellationToken).Symbol is not { } symbol || symbol is ILocalSymbol or IParameterSymbol)
            {
                continue;
            }

            if (assignment.Left is not IdentifierNameSyntax
                || symbol is not IFieldSymbol { IsStatic: true, DeclaredAccessibility: Accessibility.Private }
                || symbol.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is not VariableDeclaratorSyntax { Initializer: null, Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: FieldDeclarationSyntax declaration } }
                || declaration.Parent != type)
            {
                return false;
            }

            var uses = type.DescendantNodes().OfType<IdentifierNameSyntax>()
                .Where(name => name.Identifier.ValueText == symbol.Name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, symbol))
                .ToImmutableArray();
            if (uses.Any(use => use != assignment.Left && (use.SpanStart < Opening!.Span.End || !Opening.Parent!.Span.Contains(use.Span) || use.Parent is AssignmentExpressionSyntax written && written.Left == use)))
            {
                return false;
            }

            companions.Add(new Companion(symbol, declaration, (IdentifierNameSyntax)assignment.Left, uses.Where(use => use != assignment.Left).ToImmutableArray()));
        }

        Companions = companions.ToImmutable();
        return true;
    }

    /// <summary>Whether a condition asks only if there is a usable socket yet: it is null, or not connected.</summary>
    private bool IsMissingTest(ExpressionSyntax condition) => condition switch
    {
        ParenthesizedExpressionSyntax inner => IsMissingTest(inner.Expression),
        IsPatternExpressionSyntax { Expression: IdentifierNameSyntax name, Pattern: ConstantPatternSyntax { Expression.RawKind: (int)SyntaxKind.NullLiteralExpression } } => Uses.Contains(name),
        IsPatternExpressionSyntax { Expression: IdentifierNameSyntax name, Pattern: UnaryPatternSyntax { Pattern: RecursivePatternSyntax { Designation: null } wanted } } =>
            Uses.Contains(name) && wanted.ToString().Replace(" ", "") == "{Connected:true}",
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression, Left: IdentifierNameSyntax name, Right.RawKind: (int)SyntaxKind.NullLiteralExpression } => Uses.Contains(name),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalOrExpression } either => IsMissingTest(either.Left) && IsMissingTest(either.Right),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.NotEqualsExpression, Left: ConditionalAccessExpressionSyntax { Expression: IdentifierNameSyntax name, WhenNotNull: MemberBindingExpressionSyntax { Name.Identifier.ValueText: "Connected" } }, Right.RawKind: (int)SyntaxKind.TrueLiteralExpression } =>
            Uses.Contains(name),
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression, Operand: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax name, Name.Identifier.ValueText: "Connected" } } => Uses.Contains(name),
        _ => false,
    };

    /// <summary><c>s?.Dispose();</c>, of the socket that was kept before.</summary>
    private bool IsDisposal(StatementSyntax statement) => statement is ExpressionStatementSyntax
    {
        Expression: ConditionalAccessExpressionSyntax { Expression: IdentifierNameSyntax name, WhenNotNull: InvocationExpressionSyntax { Expression: MemberBindingExpressionSyntax { Name.Identifier.ValueText: "Dispose" or "Close" } } },
    } && Uses.Contains(name);

    /// <summary>A method that opens the socket where need be and returns it, and the variables of its callers in this type.</summary>
    private bool FindGetter(SemanticModel model, TypeDeclarationSyntax type, CancellationToken cancellationToken)
    {
        if (Opening is not { Parent: BlockSyntax { Parent: MethodDeclarationSyntax getter } body }
            || IsLazy
            || Companions.Length > 0
            || body.Statements.Last() is not ReturnStatementSyntax { Expression: { } returned }
            || body.Statements.IndexOf(Opening) != body.Statements.Count - 2
            || Uses.Where(use => !Preparation.Any(each => each.Span.Contains(use.Span))).ToList() is not { Count: 1 } others
            || SpanOf(others[0]) != returned.Span
            || model.GetDeclaredSymbol(getter, cancellationToken) is not { DeclaredAccessibility: Accessibility.Private } method)
        {
            return false;
        }

        var callers = ImmutableArray.CreateBuilder<LocalDeclarationStatementSyntax>();
        foreach (var name in type.DescendantNodes().OfType<IdentifierNameSyntax>())
        {
            if (name.Identifier.ValueText != method.Name || !SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, method))
            {
                continue;
            }

            // "var s = Get();", "var s = await Get();"
            if (name.Parent is not InvocationExpressionSyntax call
                || (call.Parent is AwaitExpressionSyntax wait ? wait.Parent : call.Parent) is not EqualsValueClauseSyntax
                {
                    Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0 } declaration } },
                }
                || method.IsAsync != call.Parent is AwaitExpressionSyntax
                || HandsOn(model, declaration.Parent!, declaration.Declaration.Variables[0].Identifier.ValueText, null, cancellationToken))
            {
                return false;
            }

            callers.Add(declaration);
        }

        (Getter, Callers, Methods) = (getter, callers.ToImmutable(), ImmutableArray.Create(getter));
        return Callers.Length > 0;
    }

    /// <summary>Whether a variable, or what is made of it, leaves its block: closed there, it would be of no use outside.</summary>
    /// <param name="except">What makes it.</param>
    private static bool HandsOn(SemanticModel model, SyntaxNode scope, string name, StatementSyntax? except, CancellationToken cancellationToken)
    {
        bool Mentions(SyntaxNode? part) => part?.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(each => each.Identifier.ValueText == name) == true;

        return scope.DescendantNodes(node => node != except).Any(node => node switch
        {
            ReturnStatementSyntax { Expression: { } value } => Mentions(value)
                && model.GetTypeInfo(value, cancellationToken).Type is not ({ IsValueType: true } or { SpecialType: SpecialType.System_String } or IArrayTypeSymbol),
            AssignmentExpressionSyntax { Left: var target, Right: var value } => Mentions(value) && model.GetSymbolInfo(target, cancellationToken).Symbol is IFieldSymbol or IPropertySymbol,
            _ => false,
        });
    }

    private bool FindMethods(SemanticModel model, CancellationToken cancellationToken)
    {
        var methods = Uses.Select(use => use.FirstAncestorOrSelf<MethodDeclarationSyntax>()).Distinct().ToList();
        if (methods.Count == 0
            || methods.Any(method => method?.Body is not { Statements.Count: > 0 } body || HandsOn(model, body, Symbol.Name, Opening, cancellationToken))
            || Uses.Any(use => use.Parent is AssignmentExpressionSyntax assignment && assignment.Left == use)
            || Uses.Any(use => use.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not 0 })
            || (IsLazy && Uses.Any(use => use.Parent is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Value" } value || value.Expression != use || value.Parent is ReturnStatementSyntax or ArrowExpressionClauseSyntax))
            || Uses.Any(use => use.Parent is MemberAccessExpressionSyntax access && (access.Name == use || access.Name.Identifier.ValueText is "Close" or "Dispose" or "CloseAsync"))
            || Uses.Any(use => use.Parent is ReturnStatementSyntax or ArrowExpressionClauseSyntax or EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Parent: FieldDeclarationSyntax } } }))
        {
            return false;
        }

        Methods = methods.Select(method => method!).ToImmutableArray();
        return Opening is null || (Methods.Length == 1 && Methods[0].Body!.Span.Contains(Opening.Span));
    }

    /// <summary>A member that keeps a part of the socket, where it gets it and where it is used.</summary>
    internal sealed record Companion(ISymbol Symbol, MemberDeclarationSyntax Declaration, IdentifierNameSyntax Assigned, ImmutableArray<IdentifierNameSyntax> Uses);
}
