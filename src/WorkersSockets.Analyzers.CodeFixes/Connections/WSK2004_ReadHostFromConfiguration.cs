using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Flow.Constants;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>WSK2004: reads the host from the environment or the configuration, so that each deployment names one that it can reach.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ReadHostFromConfiguration))]
[Shared]
public sealed class ReadHostFromConfiguration : SocketFix
{
    /// <summary>Creates the fix.</summary>
    public ReadHostFromConfiguration()
        : base("WSK2004")
    {
    }

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var edits = await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        if (edits is null || model is null || !edits.Root.FullSpan.Contains(diagnostic.Location.SourceSpan)
            || edits.Root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not ExpressionSyntax at
            || at.FirstAncestorOrSelf<ArgumentSyntax>() is not { Parent: ArgumentListSyntax { Parent: ExpressionSyntax call } list } argument
            || argument.Expression != at)
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        return TryRewrite(edits, model, at, argument, list, call, cancellationToken)
            ? ImmutableArray.Create(edits.ToVariant("Configuration", "Read the host from configuration", document))
            : ImmutableArray<FixVariant>.Empty;
    }

    private static bool TryRewrite(
        SourceEdits edits, SemanticModel model, ExpressionSyntax at, ArgumentSyntax argument, ArgumentListSyntax list, ExpressionSyntax call, CancellationToken cancellationToken)
    {
        if ((model.GetOperation(argument, cancellationToken) as IArgumentOperation)?.Parameter is not { } parameter)
        {
            return false;
        }

        var port = list.Arguments.Select(candidate => candidate.Expression).FirstOrDefault(candidate =>
            candidate != at && model.GetConstantValue(candidate, cancellationToken) is { HasValue: true, Value: int });
        var number = port is null ? null : model.GetConstantValue(port, cancellationToken).Value as int?;
        var declared = at switch
        {
            IdentifierNameSyntax name => name.Identifier.ValueText,
            MemberAccessExpressionSyntax { Name: var name } => name.Identifier.ValueText,
            _ => null,
        };

        // A local constant would be left without a use.
        if (model.GetSymbolInfo(at, cancellationToken).Symbol is ILocalSymbol local)
        {
            return TryRewriteLocal(edits, model, local, number, cancellationToken);
        }

        if (parameter.Type.SpecialType == SpecialType.System_String && parameter.Name == "address" && parameter.ContainingType.Name == "TcpSocket")
        {
            return TrySplit(edits, model, at, argument, cancellationToken);
        }

        if (ConfiguredHost.Read(model, at, ConfiguredHost.NameFor(number, declared), cancellationToken) is not { } read)
        {
            return false;
        }

        if (parameter.Type is { Name: "TcpSocketAddress", ContainingNamespace.Name: "Workers" })
        {
            // The port of the address is written out.
            if (model.GetSymbolInfo(at, cancellationToken).Symbol?.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is not VariableDeclaratorSyntax { Initializer.Value: BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: 2 } parts } }
                || parts.Any(part => part.NameColon is not null)
                || !int.TryParse(parts[1].Expression.ToString(), out var given)
                || ConfiguredHost.Read(model, at, ConfiguredHost.NameFor(given, declared), cancellationToken) is not { } host)
            {
                return false;
            }

            edits.Replace(at, $"{host}, {parts[1].Expression}");
            return true;
        }

        // An address object cannot hold a name: the overload with a text has to exist.
        if (parameter.Type.SpecialType != SpecialType.System_String)
        {
            var changed = call.ReplaceNode(at, SyntaxFactory.ParseExpression(read));
            if (call is not InvocationExpressionSyntax || model.GetSpeculativeSymbolInfo(call.SpanStart, changed, SpeculativeBindingOption.BindAsExpression).Symbol is not IMethodSymbol)
            {
                return false;
            }
        }

        edits.Replace(at, read);
        return true;
    }

    /// <summary>"localhost:7000" becomes two arguments.</summary>
    private static bool TrySplit(SourceEdits edits, SemanticModel model, ExpressionSyntax at, ArgumentSyntax argument, CancellationToken cancellationToken)
    {
        if (argument.NameColon is not null)
        {
            return false;
        }

        var (port, number) = at switch
        {
            LiteralExpressionSyntax { Token.Value: string text } when AddressText.Split(text).Port is { } literal => (literal.ToString(), (long?)literal),
            InterpolatedStringExpressionSyntax { Contents: { Count: 2 } contents }
                when contents[0] is InterpolatedStringTextSyntax { TextToken.ValueText: var text } && text.EndsWith(":", StringComparison.Ordinal)
                && contents[1] is InterpolationSyntax { AlignmentClause: null, FormatClause: null, Expression: var expression }
                && model.GetTypeInfo(expression, cancellationToken).Type?.SpecialType == SpecialType.System_Int32 =>
                (expression.ToString(), model.GetConstantValue(expression, cancellationToken).Value as int?),
            _ => (null, null),
        };
        if (port is null || ConfiguredHost.Read(model, at, ConfiguredHost.NameFor(number, null), cancellationToken) is not { } read)
        {
            return false;
        }

        edits.Replace(at, $"{read}, {port}");
        return true;
    }

    /// <summary><c>var host = "localhost";</c>: the literal itself is replaced, where what it is read from is in scope there.</summary>
    private static bool TryRewriteLocal(SourceEdits edits, SemanticModel model, ILocalSymbol local, int? port, CancellationToken cancellationToken)
    {
        if (local.IsConst
            || local.Type.SpecialType != SpecialType.System_String
            || local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is not VariableDeclaratorSyntax { Initializer.Value: LiteralExpressionSyntax literal }
            || ConfiguredHost.Read(model, literal, ConfiguredHost.NameFor(port, local.Name), cancellationToken) is not { } read)
        {
            return false;
        }

        edits.Replace(literal, read);
        return true;
    }
}
