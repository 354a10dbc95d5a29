using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Flow;

namespace WorkersSockets.Analyzers.CodeFixes.Security;

/// <summary>Removes a callback that accepts what it should refuse, or makes it refuse.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ValidateCertificate))]
[Shared]
public sealed class ValidateCertificate() : SocketFix("WSK4004")
{
    private const string PolicyErrors = "SslPolicyErrors";
    private const string PolicyErrorsNamespace = "System.Net.Security";

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var variants = ImmutableArray.CreateBuilder<FixVariant>();
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        var edits = await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        if (model is null || edits?.Root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not ExpressionSyntax callback)
        {
            return variants.ToImmutable();
        }

        if (TryRemove(edits, model, callback, cancellationToken))
        {
            variants.Add(edits.ToVariant("Remove", "Remove the callback", document));
        }

        if (await CheckAsync(document, edits, model, callback, cancellationToken).ConfigureAwait(false) is { } check)
        {
            variants.Add(check.ToVariant("CheckErrors", "Accept only certificates without errors", document));
        }

        return variants.ToImmutable();
    }

    // ---- Remove ----

    private static bool TryRemove(SourceEdits edits, SemanticModel model, ExpressionSyntax callback, CancellationToken cancellationToken)
    {
        var value = Whole(model, callback, cancellationToken);
        if (value.Parent is ConditionalExpressionSyntax conditional && conditional.Condition != value)
        {
            var other = conditional.WhenTrue == value ? conditional.WhenFalse : conditional.WhenTrue;
            if (!IsNothing(other))
            {
                edits.Replace(conditional, other.ToString());
                return true;
            }

            value = Whole(model, conditional, cancellationToken);
        }

        var isRemoved = value.Parent switch
        {
            ArgumentSyntax { Parent: ArgumentListSyntax list } argument => TryRemoveArgument(edits, model, list, argument, cancellationToken),
            AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax initializer } assignment => TryRemoveElement(edits, initializer, assignment),
            AssignmentExpressionSyntax { Parent: ExpressionStatementSyntax statement } => TryRemoveStatement(edits, statement),
            _ => false,
        };
        if (isRemoved)
        {
            RemoveUnusedMethod(edits, model, callback, cancellationToken);
        }

        return isRemoved;
    }

    /// <summary>The callback with the delegate creation, cast and parentheses around it.</summary>
    private static ExpressionSyntax Whole(SemanticModel model, ExpressionSyntax callback, CancellationToken cancellationToken)
    {
        var current = callback;
        while (true)
        {
            switch (current.Parent)
            {
                case ParenthesizedExpressionSyntax or CastExpressionSyntax or PostfixUnaryExpressionSyntax:
                    current = (ExpressionSyntax)current.Parent;
                    break;
                case MemberAccessExpressionSyntax access when access.Name == current:
                    current = access;
                    break;
                case ArgumentSyntax { Parent: ArgumentListSyntax { Arguments.Count: 1, Parent: BaseObjectCreationExpressionSyntax creation } }
                    when model.GetTypeInfo(creation, cancellationToken).Type?.TypeKind == TypeKind.Delegate:
                    current = creation;
                    break;
                default:
                    return current;
            }
        }
    }

    private static bool IsNothing(ExpressionSyntax expression) =>
        expression.IsKind(SyntaxKind.NullLiteralExpression) || expression.IsKind(SyntaxKind.DefaultLiteralExpression) || expression is DefaultExpressionSyntax;

    /// <summary>Calls the overload without a callback where there is one; else gives an <c>SslStream</c> none.</summary>
    private static bool TryRemoveArgument(
        SourceEdits edits, SemanticModel model, ArgumentListSyntax list, ArgumentSyntax argument, CancellationToken cancellationToken)
    {
        if (list.Parent is not ExpressionSyntax call || model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol method)
        {
            return false;
        }

        var first = list.Arguments.IndexOf(argument);
        var end = first + 1;
        while (end < list.Arguments.Count && IsNothing(list.Arguments[end].Expression))
        {
            end++;
        }

        for (var last = end; last > first; last--)
        {
            if (IsSameCall(model, call, list, method, first, last, cancellationToken))
            {
                edits.Remove(first > 0
                    ? TextSpan.FromBounds(list.Arguments.GetSeparator(first - 1).SpanStart, list.Arguments[last - 1].Span.End)
                    : TextSpan.FromBounds(argument.SpanStart, last < list.Arguments.Count ? list.Arguments[last].SpanStart : list.Arguments[last - 1].Span.End));
                return true;
            }
        }

        if (method.ContainingType.Name != "SslStream")
        {
            return false;
        }

        edits.Replace(argument.Expression, "null");
        return true;
    }

    /// <summary>Whether the call without arguments <paramref name="first"/> to <paramref name="last"/> gives the others to the same parameters.</summary>
    private static bool IsSameCall(
        SemanticModel model, ExpressionSyntax call, ArgumentListSyntax list, IMethodSymbol method, int first, int last, CancellationToken cancellationToken)
    {
        var kept = list.Arguments.Where((_, index) => index < first || index >= last).ToList();
        var arguments = SyntaxFactory.ArgumentList(SyntaxFactory.SeparatedList(kept));
        ExpressionSyntax? shorter = call switch
        {
            InvocationExpressionSyntax invocation => invocation.WithArgumentList(arguments),
            BaseObjectCreationExpressionSyntax => SyntaxFactory.ObjectCreationExpression(
                SyntaxFactory.ParseTypeName(" " + method.ContainingType.ToMinimalDisplayString(model, call.SpanStart)), arguments, initializer: null),
            _ => null,
        };
        if (shorter is null
            || model.GetSpeculativeSymbolInfo(call.SpanStart, shorter, SpeculativeBindingOption.BindAsExpression).Symbol is not IMethodSymbol found
            || found.Parameters.Length < kept.Count
            || !SymbolEqualityComparer.Default.Equals(found.ContainingType, method.ContainingType))
        {
            return false;
        }

        for (var index = 0; index < kept.Count; index++)
        {
            var name = kept[index].NameColon?.Name.Identifier.ValueText;
            var before = name ?? Parameter(method, list.Arguments.IndexOf(kept[index]))?.Name;
            if (before is null || before != (name ?? Parameter(found, index)?.Name))
            {
                return false;
            }
        }

        return true;
    }

    private static IParameterSymbol? Parameter(IMethodSymbol method, int position) =>
        position < method.Parameters.Length ? method.Parameters[position] : null;

    private static bool TryRemoveElement(SourceEdits edits, InitializerExpressionSyntax initializer, ExpressionSyntax element)
    {
        var elements = initializer.Expressions;
        if (elements.Count == 1)
        {
            switch (initializer.Parent)
            {
                case AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax outer } nested:
                    return TryRemoveElement(edits, outer, nested);
                case ObjectCreationExpressionSyntax creation:
                    edits.Replace(
                        TextSpan.FromBounds(creation.ArgumentList?.Span.End ?? creation.Type.Span.End, initializer.Span.End),
                        creation.ArgumentList is null ? "()" : "");
                    return true;
                case ImplicitObjectCreationExpressionSyntax creation:
                    edits.Remove(TextSpan.FromBounds(creation.ArgumentList.Span.End, initializer.Span.End));
                    return true;
                default:
                    return false;
            }
        }

        var index = elements.IndexOf(element);
        var hasSeparator = index < elements.SeparatorCount;
        var end = hasSeparator ? elements.GetSeparator(index).Span.End : element.Span.End;
        var line = edits.Text.Lines.GetLineFromPosition(element.SpanStart);
        var lastLine = edits.Text.Lines.GetLineFromPosition(end);
        var startsLine = SourceLayout.StartsLine(edits.Text, element.SpanStart);
        var endsLine = edits.Text.ToString(TextSpan.FromBounds(end, lastLine.End)).Trim().Length == 0;
        if (!hasSeparator && index > 0)
        {
            // The new last element: it has no comma behind it either.
            edits.Remove(elements.GetSeparator(index - 1).Span);
        }

        if (startsLine && endsLine)
        {
            edits.Remove(TextSpan.FromBounds(line.Start, lastLine.EndIncludingLineBreak));
        }
        else if (hasSeparator)
        {
            edits.Remove(TextSpan.FromBounds(element.SpanStart, SkipSpaces(edits.Text, end)));
        }
        else
        {
            edits.Remove(TextSpan.FromBounds(elements.GetSeparator(index - 1).Span.End, end));
        }

        return true;
    }

    private static int SkipSpaces(SourceText text, int position)
    {
        while (position < text.Length && text[position] == ' ')
        {
            position++;
        }

        return position;
    }

    /// <summary>Removes the statement, together with an <c>if</c> that guards nothing else.</summary>
    private static bool TryRemoveStatement(SourceEdits edits, StatementSyntax statement)
    {
        var whole = statement;
        while (true)
        {
            var guard = whole.Parent switch
            {
                IfStatementSyntax { Else: null } direct => direct,
                BlockSyntax { Statements.Count: 1, Parent: IfStatementSyntax { Else: null } outer } => outer,
                _ => null,
            };
            if (guard is null || guard.Parent is ElseClauseSyntax || !IsPure(guard.Condition) || HasComment(guard))
            {
                break;
            }

            whole = guard;
        }

        if (Statements.IsEmbedded(whole) || whole.Parent is not (BlockSyntax or GlobalStatementSyntax or SwitchSectionSyntax))
        {
            return false;
        }

        Statements.Remove(edits, whole);
        return true;
    }

    private static bool IsPure(ExpressionSyntax condition) => condition.DescendantNodesAndSelf().All(node =>
        node is not (InvocationExpressionSyntax or AssignmentExpressionSyntax or AwaitExpressionSyntax or BaseObjectCreationExpressionSyntax or DeclarationExpressionSyntax or DeclarationPatternSyntax)
        && !node.IsKind(SyntaxKind.PostIncrementExpression) && !node.IsKind(SyntaxKind.PreIncrementExpression)
        && !node.IsKind(SyntaxKind.PostDecrementExpression) && !node.IsKind(SyntaxKind.PreDecrementExpression));

    private static bool HasComment(SyntaxNode node) => node.DescendantTrivia().Any(trivia =>
        !trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia) && node.Span.Contains(trivia.Span));

    /// <summary>Removes a private method or local function that only the removed callback named.</summary>
    private static void RemoveUnusedMethod(SourceEdits edits, SemanticModel model, ExpressionSyntax callback, CancellationToken cancellationToken)
    {
        if (callback is AnonymousFunctionExpressionSyntax
            || model.GetSymbolInfo(callback, cancellationToken).Symbol is not IMethodSymbol { DeclaringSyntaxReferences: { Length: 1 } references } method
            || references[0].SyntaxTree != callback.SyntaxTree
            || (method.MethodKind != MethodKind.LocalFunction && (method.DeclaredAccessibility != Accessibility.Private || method.ContainingType.DeclaringSyntaxReferences.Length > 1)))
        {
            return;
        }

        var declaration = references[0].GetSyntax(cancellationToken);
        var uses = edits.Root.DescendantTokens().Count(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == method.Name);
        if (uses != 2 || declaration.ContainsDirectives || declaration.Span.Contains(callback.Span))
        {
            return;
        }

        var node = declaration is LocalFunctionStatementSyntax { Parent: GlobalStatementSyntax global } ? global : declaration;
        var first = edits.Text.Lines.GetLineFromPosition(node.FullSpan.Start);
        var last = edits.Text.Lines.GetLineFromPosition(node.Span.End);
        if (node.FullSpan.Start != first.Start || edits.Text.ToString(TextSpan.FromBounds(node.Span.End, last.End)).Trim().Length > 0)
        {
            return;
        }

        // A member at the start of its block takes the blank line behind it along, any other one the blank line in front of it.
        var end = last.EndIncludingLineBreak;
        if (!node.GetLeadingTrivia().Any(SyntaxKind.EndOfLineTrivia) && last.LineNumber + 1 < edits.Text.Lines.Count && edits.Text.Lines[last.LineNumber + 1] is var next && next.ToString().Trim().Length == 0)
        {
            end = next.EndIncludingLineBreak;
        }

        edits.Remove(TextSpan.FromBounds(first.Start, end));
    }

    // ---- CheckErrors ----

    private static async Task<SourceEdits?> CheckAsync(Document document, SourceEdits original, SemanticModel model, ExpressionSyntax callback, CancellationToken cancellationToken)
    {
        if (callback is AnonymousMethodExpressionSyntax { ParameterList: null })
        {
            return Replaced(original, model, callback, cancellationToken);
        }

        SyntaxNode? function = callback as AnonymousFunctionExpressionSyntax;
        var symbol = model.GetSymbolInfo(callback, cancellationToken).Symbol as IMethodSymbol;
        if (function is null)
        {
            function = symbol?.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken);
            if (function is null || function.SyntaxTree != callback.SyntaxTree)
            {
                return Replaced(original, model, callback, cancellationToken);
            }
        }

        if (symbol?.Parameters.FirstOrDefault(parameter => CertificateCallback.IsPolicyErrors(parameter.Type) || CertificateCallback.ErrorsIn(parameter.Type) is not null) is not { } errors)
        {
            return null;
        }

        var member = CertificateCallback.ErrorsIn(errors.Type)?.Name;

        foreach (var removesConditions in new[] { true, false })
        {
            var edits = new SourceEdits(original.Root, original.Text);
            var name = member is null ? Named(edits, function, errors, "errors") : $"{Named(edits, function, errors, "context")}.{member}";
            Rewrite(edits, function, name, removesConditions);
            Imports.Ensure(edits, model, function.SpanStart, PolicyErrorsNamespace);
            if (await IsRightAsync(document, edits, model, function, cancellationToken).ConfigureAwait(false))
            {
                return edits;
            }
        }

        return null;
    }

    /// <summary>The callback becomes a lambda of its own.</summary>
    private static SourceEdits? Replaced(SourceEdits original, SemanticModel model, ExpressionSyntax callback, CancellationToken cancellationToken)
    {
        var whole = callback.Parent is MemberAccessExpressionSyntax access && access.Name == callback ? access : callback;
        var type = model.GetTypeInfo(whole, cancellationToken).ConvertedType
            ?? (whole.Parent?.Parent?.Parent is BaseObjectCreationExpressionSyntax creation ? model.GetTypeInfo(creation, cancellationToken).Type : null);
        if (type is not INamedTypeSymbol { DelegateInvokeMethod: { } invoke })
        {
            return null;
        }

        var edits = new SourceEdits(original.Root, original.Text);
        var hasDiscards = ((CSharpParseOptions)callback.SyntaxTree.Options).LanguageVersion >= LanguageVersion.CSharp9;
        var source = invoke.Parameters.First(parameter => CertificateCallback.IsPolicyErrors(parameter.Type) || CertificateCallback.ErrorsIn(parameter.Type) is not null);
        var member = CertificateCallback.ErrorsIn(source.Type)?.Name;
        var name = UniqueNames.ForParameter(callback, member is null ? "errors" : "context");
        var names = invoke.Parameters.Select(parameter =>
            SymbolEqualityComparer.Default.Equals(parameter, source) ? name : hasDiscards ? "_" : UniqueNames.ForParameter(callback, parameter.Name)).ToList();
        var list = names.Count == 1 ? name : $"({string.Join(", ", names)})";
        edits.Replace(whole, $"{list} => {(member is null ? name : $"{name}.{member}")} == {PolicyErrors}.None");
        Imports.Ensure(edits, model, callback.SpanStart, PolicyErrorsNamespace);
        return edits;
    }

    /// <summary>The name of the parameter that holds the errors, or the object with them; a discard gets one.</summary>
    private static string Named(SourceEdits edits, SyntaxNode function, IParameterSymbol errors, string wanted)
    {
        if (!(errors.IsDiscard || errors.Name == "_"))
        {
            return SyntaxFacts.GetKeywordKind(errors.Name) == SyntaxKind.None ? errors.Name : "@" + errors.Name;
        }

        var parameters = function switch
        {
            ParenthesizedLambdaExpressionSyntax lambda => lambda.ParameterList,
            AnonymousMethodExpressionSyntax anonymous => anonymous.ParameterList,
            BaseMethodDeclarationSyntax method => method.ParameterList,
            LocalFunctionStatementSyntax local => local.ParameterList,
            _ => null,
        };
        var name = UniqueNames.ForParameter(function, wanted);
        if (function is SimpleLambdaExpressionSyntax { Parameter.Identifier: var only })
        {
            edits.Replace(only.Span, name);
        }

        if (parameters is not null && errors.Ordinal < parameters.Parameters.Count)
        {
            edits.Replace(parameters.Parameters[errors.Ordinal].Identifier.Span, name);
        }

        return name;
    }

    private static void Rewrite(SourceEdits edits, SyntaxNode function, string errors, bool removesConditions)
    {
        var check = $"{errors} == {PolicyErrors}.None";
        var (block, expression) = function switch
        {
            AnonymousFunctionExpressionSyntax anonymous => (anonymous.Block, anonymous.ExpressionBody),
            MethodDeclarationSyntax method => (method.Body, method.ExpressionBody?.Expression),
            LocalFunctionStatementSyntax local => (local.Body, local.ExpressionBody?.Expression),
            _ => (null, null),
        };
        if (expression is not null)
        {
            edits.Replace(expression, check);
            return;
        }

        var hasEarlyAccept = false;
        foreach (var statement in block?.DescendantNodes(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)).OfType<ReturnStatementSyntax>() ?? [])
        {
            if (statement.Expression is not { } value || value.IsKind(SyntaxKind.FalseLiteralExpression) || IsNoErrors(value, errors))
            {
                continue;
            }

            var guard = (statement.Parent as IfStatementSyntax) ?? (statement.Parent is BlockSyntax { Statements.Count: 1 } only ? only.Parent as IfStatementSyntax : null);
            if (guard is not null && IsNoErrors(guard.Condition, errors))
            {
                hasEarlyAccept |= guard.Parent == block && guard.Else is null;
                continue;
            }

            if (removesConditions && guard is { Else: null, Parent: BlockSyntax } && IsPure(guard.Condition) && !HasComment(guard))
            {
                Statements.Remove(edits, guard);
            }
            else
            {
                edits.Replace(value, hasEarlyAccept ? "false" : check);
            }
        }
    }

    private static bool IsNoErrors(ExpressionSyntax condition, string errors)
    {
        var text = condition.ToString().Replace(" ", "");
        return text == $"{errors}=={PolicyErrors}.None" || text == $"{PolicyErrors}.None=={errors}" || condition.ToString() == $"{errors} is {PolicyErrors}.None";
    }

    /// <summary>Whether the changed function compiles without new warnings, refuses errors and still accepts a good certificate.</summary>
    private static async Task<bool> IsRightAsync(Document document, SourceEdits edits, SemanticModel oldModel, SyntaxNode function, CancellationToken cancellationToken)
    {
        var ordinal = Functions(edits.Root).TakeWhile(node => node != function).Count();
        var changed = edits.ApplyTo(document);
        var root = await changed.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        var model = await changed.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        if (root is null || model is null || Functions(root).ElementAtOrDefault(ordinal) is not { } found || found.RawKind != function.RawKind)
        {
            return false;
        }

        var symbol = (found is AnonymousFunctionExpressionSyntax ? model.GetSymbolInfo(found, cancellationToken).Symbol : model.GetDeclaredSymbol(found, cancellationToken)) as IMethodSymbol;
        var sources = new SourceModels(model.Compilation);
        return symbol is not null
            && CertificateCallback.Judge(symbol, sources, cancellationToken).Acceptance == CertificateAcceptance.Checked
            && CertificateCallback.CanAccept(symbol, sources, cancellationToken)
            && Problems(model, found).IsSubsetOf(Problems(oldModel, function));

        HashSet<string> Problems(SemanticModel of, SyntaxNode node) => new(of.GetDiagnostics(node.Span, cancellationToken)
            .Where(problem => problem.Severity >= DiagnosticSeverity.Warning).Select(problem => problem.Id));
    }

    private static IEnumerable<SyntaxNode> Functions(SyntaxNode root) =>
        root.DescendantNodes().Where(node => node is AnonymousFunctionExpressionSyntax or MethodDeclarationSyntax or LocalFunctionStatementSyntax);
}
