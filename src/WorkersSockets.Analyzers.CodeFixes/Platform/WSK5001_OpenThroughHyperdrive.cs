using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Platform;

/// <summary>
/// WSK5001 on Workers: connects to the host and port of a Hyperdrive binding, which keeps connections to the database open. Offered for
/// the databases that Hyperdrive serves, where an <c>Env</c> is in scope. Second choice, on .NET too: host and port become settings, so
/// that each deployment can name a tunnel or a pooling proxy.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(OpenThroughHyperdrive))]
[Shared]
public sealed class OpenThroughHyperdrive : SocketFix
{
    private static readonly ImmutableHashSet<int> Served = ImmutableHashSet.Create(3306, 5432, 5433, 26257);

    /// <summary>Creates the fix.</summary>
    public OpenThroughHyperdrive()
        : base("WSK5001")
    {
    }

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var edits = await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        if (edits is null || model is null || !edits.Root.FullSpan.Contains(diagnostic.Location.SourceSpan)
            || edits.Root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<ArgumentSyntax>() is not { Parent.Parent: ExpressionSyntax connect })
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        var variants = ImmutableArray.CreateBuilder<FixVariant>();
        if (connect is InvocationExpressionSyntax call && TryOpen(edits, model, call, cancellationToken))
        {
            variants.Add(edits.ToVariant("Hyperdrive", "Open through Hyperdrive", document));
        }

        var configured = new SourceEdits(edits.Root, edits.Text);
        if (ConfiguredHost.TryReadAddress(configured, model, connect, "DB", cancellationToken))
        {
            variants.Add(configured.ToVariant("Configuration", "Read host and port from configuration", document));
        }

        return variants.ToImmutable();
    }

    private static bool TryOpen(SourceEdits edits, SemanticModel model, InvocationExpressionSyntax connect, CancellationToken cancellationToken)
    {
        if (model.GetSymbolInfo(connect, cancellationToken).Symbol is not IMethodSymbol { Name: "Connect", ContainingType: { Name: "TcpSocket", ContainingNamespace.Name: "Workers" } }
            || connect.FirstAncestorOrSelf<StatementSyntax>() is not { } statement
            || connect.Ancestors().TakeWhile(node => node != statement).Any(node => node is AnonymousFunctionExpressionSyntax)
            || !Serves(connect, model, cancellationToken)
            || !AsyncMethods.IsInAsync(connect)
            || ConfiguredHost.Environment(ConfiguredHost.InScope(model, connect, cancellationToken)) is not { } environment)
        {
            return false;
        }

        var name = UniqueNames.ForLocal(connect, "database");
        if (!Statements.TryInsertBefore(edits, statement, $"var {name} = await {environment}.Hyperdrive(\"DB\").GetConnectionInfoAsync();"))
        {
            return false;
        }

        edits.Replace(connect.ArgumentList, $"({name}.Host, {name}.Port)");
        return true;
    }

    /// <summary>A connect without options (Hyperdrive encrypts its own way to the database) to the port of a database that it serves.</summary>
    private static bool Serves(InvocationExpressionSyntax connect, SemanticModel model, CancellationToken cancellationToken)
    {
        var arguments = connect.ArgumentList.Arguments;
        if (arguments.Any(argument => model.GetTypeInfo(argument.Expression, cancellationToken).ConvertedType?.Name == "TcpSocketOptions"))
        {
            return false;
        }

        return arguments.Count switch
        {
            1 => model.GetConstantValue(arguments[0].Expression, cancellationToken).Value is string address
                ? Served.Any(port => address.EndsWith(":" + port, StringComparison.Ordinal))
                : Served.Any(port => arguments[0].Expression.ToString().TrimEnd('"', ')').EndsWith(":" + port, StringComparison.Ordinal)),
            2 => arguments.Any(argument => model.GetConstantValue(argument.Expression, cancellationToken).Value is int port && Served.Contains(port)),
            _ => false,
        };
    }
}
