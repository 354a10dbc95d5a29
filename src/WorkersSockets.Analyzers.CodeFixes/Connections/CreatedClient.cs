using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>
/// <c>new TcpClient(host, port)</c> becomes the bare client and an awaited connect. Between the two there is a step that can fail now:
/// who closes the client then is part of the rewrite.
/// </summary>
internal static class CreatedClient
{
    public static bool TrySplit(SourceEdits edits, SemanticModel model, BaseObjectCreationExpressionSyntax creation, int milliseconds, CancellationToken cancellationToken)
    {
        if (creation.ArgumentList is not { Arguments.Count: 2 } list
            || model.GetSymbolInfo(creation, cancellationToken).Symbol is not IMethodSymbol { ContainingType: { Name: "TcpClient" } type } constructor
            || CancelledConnect.TokenOverload(type, constructor.Parameters) is null
            || creation.FirstAncestorOrSelf<StatementSyntax>() is not { } statement
            || TargetOf(creation) is not { } target
            || !AsyncMethods.TryMakeAsync(edits, model, creation, cancellationToken))
        {
            return false;
        }

        var name = UniqueNames.ForLocal(creation, "timeout");
        var token = CancelledConnect.TokenOf(model, creation, cancellationToken);
        var ordered = list.Arguments.OrderBy(argument => argument.NameColon is { } colon ? colon.Name.Identifier.ValueText == constructor.Parameters[0].Name ? 0 : 1 : list.Arguments.IndexOf(argument));
        string Connect(string client) =>
            $"{CancelledConnect.Declaration(edits, model, creation, name, milliseconds, token)}\nawait {client}.ConnectAsync({string.Join(", ", ordered.Select(argument => argument.Expression))}, {name}.Token);";

        edits.Replace(list, creation is ObjectCreationExpressionSyntax { Initializer: not null } ? "" : "()");
        if (token is null)
        {
            CancelledConnect.CatchTimeout(edits, model, statement, cancellationToken);
        }

        if (statement is UsingStatementSyntax scope)
        {
            return scope.Statement is BlockSyntax body
                ? body.Statements.Count > 0 && Statements.TryInsertBefore(edits, body.Statements[0], Connect(target))
                : Statements.TryInsertBefore(edits, scope.Statement, Connect(target));
        }

        if (!CancelledConnect.CanDeclareBefore(statement))
        {
            return false;
        }

        switch (OwnerOf(model, creation, statement, target, cancellationToken))
        {
            case Owner.NextTry when StatementRange.Siblings(statement).SkipWhile(sibling => sibling != statement).ElementAtOrDefault(1) is TryStatementSyntax { Block.Statements: var guarded }:
                return Statements.TryInsertBefore(edits, guarded[0], Connect(target));
            case Owner.Block when statement is LocalDeclarationStatementSyntax local:
                edits.Insert(local.Declaration.SpanStart, "using ");
                if (LastClose(local, target) is { } close)
                {
                    Statements.Remove(edits, close);
                }

                return Statements.TryInsertAfter(edits, local, Connect(target));
            case Owner.Member when creation.Parent is AssignmentExpressionSyntax assignment:
                // Nobody is to find a client there that never connected.
                var client = LocalName(creation);
                edits.Replace(assignment.Left, $"var {client}");
                if (creation is ImplicitObjectCreationExpressionSyntax implicitly)
                {
                    edits.Insert(implicitly.NewKeyword.Span.End, $" {type.ToMinimalDisplayString(model, creation.SpanStart)}");
                }

                return Statements.TryInsertAfter(edits, statement, Guarded(Connect(client), client) + $"{target} = {client};");
            case Owner.Handed:
                return Statements.TryInsertAfter(edits, statement, Guarded(Connect(target), target));
            default:
                return Statements.TryInsertAfter(edits, statement, Connect(target));
        }
    }

    private static string Guarded(string connect, string client) =>
        $"try\n{{\n    {connect.Replace("\n", "\n    ")}\n}}\ncatch\n{{\n    {client}.Dispose();\n    throw;\n}}\n\n";

    /// <summary>What the client is assigned to.</summary>
    private static string? TargetOf(BaseObjectCreationExpressionSyntax creation) => creation.Parent switch
    {
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1 } declaration } variable }
            when declaration.Parent is LocalDeclarationStatementSyntax or UsingStatementSyntax => variable.Identifier.ValueText,
        AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Left: IdentifierNameSyntax or MemberAccessExpressionSyntax, Parent: ExpressionStatementSyntax } assignment when assignment.Right == creation => assignment.Left.ToString(),
        _ => null,
    };

    private static string LocalName(SyntaxNode at) =>
        new[] { "client", "tcpClient" }.FirstOrDefault(wanted => UniqueNames.ForLocal(at, wanted) == wanted) ?? UniqueNames.ForLocal(at, "connecting");

    private enum Owner
    {
        /// <summary>Something around the statement closes the client, or nothing ever does.</summary>
        Other,

        /// <summary>The try statement that comes next closes the client at its end.</summary>
        NextTry,

        /// <summary>The block that declares the client is done with it at its end.</summary>
        Block,

        /// <summary>A field or property.</summary>
        Member,

        /// <summary>Somebody who gets the client, or closes it, later.</summary>
        Handed,
    }

    private static Owner OwnerOf(SemanticModel model, BaseObjectCreationExpressionSyntax creation, StatementSyntax statement, string client, CancellationToken cancellationToken)
    {
        if (statement is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not (int)SyntaxKind.None } || IsClosedAround(statement, client))
        {
            return Owner.Other;
        }

        var symbol = creation.Parent is AssignmentExpressionSyntax assignment
            ? model.GetSymbolInfo(assignment.Left, cancellationToken).Symbol
            : model.GetDeclaredSymbol(creation.FirstAncestorOrSelf<VariableDeclaratorSyntax>()!, cancellationToken);
        if (symbol is not ILocalSymbol and not IParameterSymbol)
        {
            return Owner.Member;
        }

        if (statement is LocalDeclarationStatementSyntax
            && StatementRange.Siblings(statement).SkipWhile(sibling => sibling != statement).ElementAtOrDefault(1) is TryStatementSyntax { Catches.Count: 0, Finally: { } closing, Block.Statements.Count: > 0 } && Names(closing, client))
        {
            return Owner.NextTry;
        }

        SyntaxNode function = statement.Ancestors().FirstOrDefault(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax and not GlobalStatementSyntax)
            ?? statement.SyntaxTree.GetRoot(cancellationToken);
        var uses = function.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(name => name.Identifier.ValueText == client && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, symbol))
            .ToList();
        if (statement is LocalDeclarationStatementSyntax { Parent: BlockSyntax block }
            && uses.Any(use => IsClose(use) && use.FirstAncestorOrSelf<StatementSyntax>()?.Parent == block)
            && !uses.Any(use => IsHandedOver(use, function) || use.Parent is AssignmentExpressionSyntax))
        {
            return Owner.Block;
        }

        return uses.Any(use => IsClose(use) || IsHandedOver(use, function) || IsClosedByStream(use, function)) ? Owner.Handed : Owner.Other;
    }

    /// <summary>A clause of a try statement around the creation that has to do with the client.</summary>
    private static bool IsClosedAround(StatementSyntax statement, string client) => statement.Ancestors()
        .TakeWhile(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
        .OfType<TryStatementSyntax>()
        .Any(attempt => attempt.Block.Span.Contains(statement.Span) && ((attempt.Finally is { } last && Names(last, client)) || attempt.Catches.Any(clause => clause.Filter is null && Names(clause, client))));

    private static bool Names(SyntaxNode node, string client) =>
        node.DescendantNodes().Any(used => used is IdentifierNameSyntax or MemberAccessExpressionSyntax && used.ToString() == client);

    /// <summary>A close that stands where the using declaration closes anyway.</summary>
    private static StatementSyntax? LastClose(LocalDeclarationStatementSyntax local, string client)
    {
        var siblings = StatementRange.Siblings(local);
        return siblings.LastOrDefault(sibling => sibling is not ReturnStatementSyntax { Expression: null or LiteralExpressionSyntax or IdentifierNameSyntax }) is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax receiver, Name.Identifier.ValueText: "Close" or "Dispose" } } } last
            && receiver.Identifier.ValueText == client
            ? last
            : null;
    }

    private static bool IsClose(SyntaxNode use) =>
        use.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Close" or "Dispose" } or ConditionalAccessExpressionSyntax { WhenNotNull: InvocationExpressionSyntax { Expression: MemberBindingExpressionSyntax { Name.Identifier.ValueText: "Close" or "Dispose" } } };

    /// <summary>A use through which somebody else gets the client or its stream.</summary>
    private static bool IsHandedOver(SyntaxNode use, SyntaxNode function)
    {
        if (use.Ancestors().TakeWhile(node => node != function).Any(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
        {
            return true;
        }

        var value = Stream(use);
        return value.Parent switch
        {
            ReturnStatementSyntax or InitializerExpressionSyntax or CastExpressionSyntax or ArrowExpressionClauseSyntax => true,
            AssignmentExpressionSyntax assignment => assignment.Right == value,
            ArgumentSyntax { Parent.Parent: BaseObjectCreationExpressionSyntax wrapper } => value == use || wrapper.Parent is ReturnStatementSyntax or ArgumentSyntax or AssignmentExpressionSyntax,
            ArgumentSyntax => true,
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } => value != use && UsesOf(variable, function).Any(name => name.Parent is ReturnStatementSyntax),
            _ => false,
        };
    }

    /// <summary>A use through which the stream of the client is closed, and the client with it.</summary>
    private static bool IsClosedByStream(SyntaxNode use, SyntaxNode function)
    {
        var value = Stream(use);
        return value.Parent switch
        {
            UsingStatementSyntax => true,
            ArgumentSyntax { Parent.Parent: BaseObjectCreationExpressionSyntax wrapper } => value != use && IsUsing(wrapper),
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } => IsUsing(value)
                || (value != use && UsesOf(variable, function).Any(name => IsClose(name) || (name.Parent is ArgumentSyntax { Parent.Parent: BaseObjectCreationExpressionSyntax wrapper } && IsUsing(wrapper)))),
            _ => false,
        };
    }

    private static SyntaxNode Stream(SyntaxNode use) =>
        use.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "GetStream", Parent: InvocationExpressionSyntax stream } ? stream : use;

    private static IEnumerable<IdentifierNameSyntax> UsesOf(VariableDeclaratorSyntax variable, SyntaxNode function) =>
        function.DescendantNodes().OfType<IdentifierNameSyntax>().Where(name => name.Identifier.ValueText == variable.Identifier.ValueText);

    /// <summary>The value of a using declaration or statement.</summary>
    private static bool IsUsing(SyntaxNode value) => value.Parent switch
    {
        UsingStatementSyntax => true,
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Parent: LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not (int)SyntaxKind.None } or UsingStatementSyntax } } } => true,
        _ => false,
    };
}
