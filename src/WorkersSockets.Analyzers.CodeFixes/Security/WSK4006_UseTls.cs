using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Rules.Security;

namespace WorkersSockets.Analyzers.CodeFixes.Security;

/// <summary>WSK4006: connects with TLS on Workers; on .NET puts an <c>SslStream</c> over the stream and authenticates the server.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UseTls))]
[Shared]
public sealed class UseTls() : SocketFix("WSK4006")
{
    private const string Title = "Turn on TLS";

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var none = ImmutableArray<FixVariant>.Empty;
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        var edits = await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        if (model is null || edits is null || diagnostic.AdditionalLocations.FirstOrDefault() is not { SourceTree: var tree } at || tree != model.SyntaxTree
            || diagnostic.Properties.GetValueOrDefault(TlsPortPlain.OtherPorts) is not null)
        {
            return none;
        }

        var connect = edits.Root.FindNode(at.SourceSpan, getInnermostNodeForTie: true);
        if (connect.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } call
            && model.GetSymbolInfo(call, cancellationToken).Symbol is { Name: "Connect", ContainingType: { Name: "TcpSocket", ContainingNamespace.Name: "Workers" } })
        {
            return TransportOption.TrySet(edits, model, call, "On", cancellationToken)
                ? ImmutableArray.Create(edits.ToVariant("Tls", Title, document))
                : none;
        }

        return TryWrap(edits, model, connect, cancellationToken) ? ImmutableArray.Create(edits.ToVariant("Tls", Title, document)) : none;
    }

    /// <summary>
    /// Puts an <c>SslStream</c> over the stream of the connection, authenticated before its first use: in the variable or field that
    /// holds the stream, else in a variable of its own.
    /// </summary>
    private static bool TryWrap(SourceEdits edits, SemanticModel model, SyntaxNode connect, CancellationToken cancellationToken)
    {
        var function = connect.Ancestors().FirstOrDefault(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax or CompilationUnitSyntax);
        if (function is null || HostOf(model, connect, cancellationToken) is not { } host || ClientOf(connect) is not { } client)
        {
            return false;
        }

        var streams = function.DescendantNodes().OfType<ExpressionSyntax>().Where(expression => IsStreamOf(client, expression)).ToList();
        if (streams.Count == 0)
        {
            return TryWrapSocket(edits, model, connect, function, host, client, cancellationToken);
        }

        Imports.Ensure(edits, model, streams[0].SpanStart, "System.Net.Security");
        return (streams.Count == 1 && TryWrapInPlace(edits, model, streams[0], host, cancellationToken))
            || TryWrapBefore(edits, model, connect, streams, host, client, cancellationToken);
    }

    /// <summary>A <c>Socket</c> that is used without a stream: its own calls go to a TLS stream that is authenticated behind the connect.</summary>
    private static bool TryWrapSocket(SourceEdits edits, SemanticModel model, SyntaxNode connect, SyntaxNode function, string host, string client, CancellationToken cancellationToken)
    {
        var uses = function.DescendantNodes().OfType<IdentifierNameSyntax>().Where(name => name.Identifier.ValueText == client && name.SpanStart > connect.Span.End).ToList();
        var connecting = uses.Select(use => use.Parent).OfType<MemberAccessExpressionSyntax>().FirstOrDefault(access => access.Name.Identifier.ValueText == "EndConnect")?.FirstAncestorOrSelf<StatementSyntax>()
            ?? connect.FirstAncestorOrSelf<StatementSyntax>();
        if (connecting is not { Parent: BlockSyntax block } || model.LookupSymbols(connecting.SpanStart, name: client).FirstOrDefault() is not ILocalSymbol { Type.Name: "Socket" })
        {
            return false;
        }

        var name = UniqueNames.ForLocal(connecting, "tls");
        foreach (var use in uses)
        {
            if (use.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Close" or "Dispose" or "Shutdown" or "Connected" or "EndConnect" or "RemoteEndPoint" or "LocalEndPoint" }
                || (use.Parent is MemberAccessExpressionSyntax { Parent: AssignmentExpressionSyntax assigned } property && assigned.Left == property))
            {
                continue;
            }

            if (!block.Span.Contains(use.Span) || use.Parent is not MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } || call.SpanStart < connecting.Span.End
                || !TlsCalls.TryReplaceSocketCall(edits, model, call, name, cancellationToken))
            {
                return false;
            }
        }

        Imports.Ensure(edits, model, connecting.SpanStart, "System.Net.Security");
        var keyword = ((CSharpParseOptions)connecting.SyntaxTree.Options).LanguageVersion < LanguageVersion.CSharp8 ? "" : AsyncMethods.IsInAsync(connecting) ? "await using " : "using ";
        return Statements.TryInsertAfter(edits, connecting, $"{keyword}var {name} = new SslStream(new NetworkStream({client}));\n{Authenticate(name, host, connecting)}");
    }

    /// <summary><c>client.GetStream()</c> or <c>new NetworkStream(socket)</c>.</summary>
    private static bool IsStreamOf(string client, ExpressionSyntax expression) => expression switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "GetStream", Expression: var receiver } } => receiver.ToString() == client,
        ObjectCreationExpressionSyntax { Type: var type, ArgumentList.Arguments: { Count: > 0 } arguments } =>
            type.ToString() == "NetworkStream" && arguments[0].Expression.ToString() == client,
        _ => false,
    };

    /// <summary><c>var stream = client.GetStream();</c> or <c>this.stream = client.GetStream();</c>: what holds the stream holds the TLS stream.</summary>
    private static bool TryWrapInPlace(SourceEdits edits, SemanticModel model, ExpressionSyntax stream, string host, CancellationToken cancellationToken)
    {
        if (stream.Parent is EqualsValueClauseSyntax
            {
                Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: UsingStatementSyntax { Statement: BlockSyntax { Statements: { Count: > 0 } body } } block } } used,
            })
        {
            return TryWrapUsing(edits, model, stream, block, used, body[0], host, cancellationToken);
        }

        var (holder, type, statement, scope) = stream.Parent switch
        {
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax local } variables } variable } =>
                (model.GetDeclaredSymbol(variable, cancellationToken), variables.Type, (StatementSyntax)local, (SyntaxNode?)local.Parent),
            AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Parent: ExpressionStatementSyntax assigned, Left: var left } assignment when assignment.Right == stream
                && model.GetSymbolInfo(left, cancellationToken).Symbol is IFieldSymbol { DeclaredAccessibility: Accessibility.Private } field
                && FieldType(field, model, cancellationToken) is { } declared =>
                (field, declared, assigned, (SyntaxNode?)declared.FirstAncestorOrSelf<TypeDeclarationSyntax>()),
            _ => default,
        };
        var plain = type is NullableTypeSyntax nullable ? nullable.ElementType : type;
        if (holder is null || plain is null || statement is null || scope is null
            || (!plain.IsVar && plain.ToString() is not ("NetworkStream" or "Stream"))
            || NeedsNetworkStream(model, scope, holder, stream, cancellationToken))
        {
            return false;
        }

        var name = stream.Parent is AssignmentExpressionSyntax { Left: var target } ? target.ToString() : holder.Name;
        if (!Statements.TryInsertAfter(edits, statement, Authenticate(name, host, statement)))
        {
            return false;
        }

        if (!plain.IsVar)
        {
            edits.Replace(plain, "SslStream");
        }

        edits.Replace(stream, $"new SslStream({stream})");
        return true;
    }

    /// <summary><c>using (var stream = client.GetStream())</c>: authenticated at the start of the block.</summary>
    private static bool TryWrapUsing(
        SourceEdits edits, SemanticModel model, ExpressionSyntax stream, UsingStatementSyntax block, VariableDeclaratorSyntax variable, StatementSyntax first, string host, CancellationToken cancellationToken)
    {
        var type = block.Declaration!.Type;
        if (model.GetDeclaredSymbol(variable, cancellationToken) is not { } holder
            || (!type.IsVar && type.ToString() is not ("NetworkStream" or "Stream"))
            || NeedsNetworkStream(model, block, holder, stream, cancellationToken)
            || !Statements.TryInsertBefore(edits, first, Authenticate(holder.Name, host, first)))
        {
            return false;
        }

        if (!type.IsVar)
        {
            edits.Replace(type, "SslStream");
        }

        edits.Replace(stream, $"new SslStream({stream})");
        return true;
    }

    /// <summary>The type of a field that is declared alone, in this file, in a type of one part.</summary>
    private static TypeSyntax? FieldType(IFieldSymbol field, SemanticModel model, CancellationToken cancellationToken) =>
        field is { IsStatic: false, ContainingType.DeclaringSyntaxReferences.Length: 1, DeclaringSyntaxReferences: { Length: 1 } references }
        && references[0].SyntaxTree == model.SyntaxTree
        && references[0].GetSyntax(cancellationToken) is VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Type: var type } }
            ? type
            : null;

    /// <summary>A variable for the TLS stream, in front of the only use of the stream or behind the connect, takes the place of the stream.</summary>
    private static bool TryWrapBefore(
        SourceEdits edits, SemanticModel model, SyntaxNode connect, List<ExpressionSyntax> streams, string host, string client, CancellationToken cancellationToken)
    {
        var connecting = connect.FirstAncestorOrSelf<StatementSyntax>();
        var first = streams[0].FirstAncestorOrSelf<StatementSyntax>();
        var anchor = streams.Count == 1 ? first : connecting;
        if (anchor is null || connecting is null || first == connecting
            || (streams.Count > 1 && streams.Any(stream => anchor.Parent is not { } block || !block.Span.Contains(stream.Span)))
            || streams.Any(stream => stream.SpanStart < connect.Span.End || !TakesStream(model, stream, cancellationToken)))
        {
            return false;
        }

        var name = UniqueNames.ForLocal(anchor, "tls");

        // A connection that outlives the method keeps its TLS stream, too.
        var isLocal = model.LookupSymbols(anchor.SpanStart, name: client).FirstOrDefault() is ILocalSymbol;
        var isUsing = isLocal && !Statements.IsEmbedded(anchor) && anchor.Parent is not SwitchSectionSyntax
            && ((CSharpParseOptions)anchor.SyntaxTree.Options).LanguageVersion >= LanguageVersion.CSharp8;
        var keyword = !isUsing ? "" : AsyncMethods.IsInAsync(anchor) ? "await using " : "using ";
        var text = $"{keyword}var {name} = new SslStream({streams[0]});\n{Authenticate(name, host, anchor)}";
        if (!(streams.Count == 1 ? Statements.TryInsertBefore(edits, anchor, text) : Statements.TryInsertAfter(edits, anchor, text)))
        {
            return false;
        }

        foreach (var stream in streams)
        {
            edits.Replace(stream, name);
        }

        return true;
    }

    private static string Authenticate(string stream, string host, SyntaxNode at) => AsyncMethods.IsInAsync(at)
        ? $"await {stream}.AuthenticateAsClientAsync({host});"
        : $"{stream}.AuthenticateAsClient({host});";

    /// <summary>Whether any stream would do in the place of an expression.</summary>
    private static bool TakesStream(SemanticModel model, ExpressionSyntax stream, CancellationToken cancellationToken) => stream.Parent switch
    {
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } => name is not ("DataAvailable" or "Socket"),
        ArgumentSyntax or AssignmentExpressionSyntax => model.GetTypeInfo(stream, cancellationToken).ConvertedType?.Name == "Stream",
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax declaration } variable } =>
            (declaration.Type.IsVar || declaration.Type.ToString() == "Stream")
            && model.GetDeclaredSymbol(variable, cancellationToken) is { } local
            && variable.FirstAncestorOrSelf<BlockSyntax>() is var block
            && !NeedsNetworkStream(model, (SyntaxNode?)block ?? variable.SyntaxTree.GetRoot(cancellationToken), local, stream, cancellationToken),
        _ => false,
    };

    /// <summary>Whether a variable is used as only a <c>NetworkStream</c> can be, or gets another stream elsewhere.</summary>
    private static bool NeedsNetworkStream(SemanticModel model, SyntaxNode scope, ISymbol holder, ExpressionSyntax stream, CancellationToken cancellationToken)
    {
        foreach (var name in scope.DescendantNodes().OfType<IdentifierNameSyntax>().Where(name => name.Identifier.ValueText == holder.Name))
        {
            if (!SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, holder))
            {
                continue;
            }

            ExpressionSyntax use = name.Parent is MemberAccessExpressionSyntax qualified && qualified.Name == name ? qualified : name;
            var isMissing = use.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "DataAvailable" or "Socket" or "CloseAsync" }
                or ConditionalAccessExpressionSyntax { WhenNotNull: MemberBindingExpressionSyntax { Name.Identifier.ValueText: "DataAvailable" or "Socket" } };
            var isPassedAsSuch = use.Parent is ArgumentSyntax && model.GetTypeInfo(use, cancellationToken).ConvertedType?.Name == "NetworkStream";
            var isAssigned = use.Parent is AssignmentExpressionSyntax assignment && assignment.Left == use && assignment.Right != stream
                && !assignment.Right.IsKind(SyntaxKind.NullLiteralExpression);
            if (isMissing || isPassedAsSuch || isAssigned)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The name that the server's certificate has to be for: the host argument of the connect, or that of its endpoint.</summary>
    private static string? HostOf(SemanticModel model, SyntaxNode connect, CancellationToken cancellationToken)
    {
        var arguments = connect.FirstAncestorOrSelf<InvocationExpressionSyntax>()?.ArgumentList ?? connect.FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>()?.ArgumentList;
        if (arguments is not { Arguments: { Count: > 0 } values })
        {
            return null;
        }

        var host = values.FirstOrDefault(value => value.NameColon?.Name.Identifier.ValueText is "host" or "hostname")?.Expression
            ?? (values[0].NameColon is null ? values[0].Expression : null);
        return host switch
        {
            LiteralExpressionSyntax or IdentifierNameSyntax or MemberAccessExpressionSyntax
                when model.GetTypeInfo(host, cancellationToken).Type?.SpecialType == SpecialType.System_String => host.ToString(),
            IdentifierNameSyntax or MemberAccessExpressionSyntax when model.GetTypeInfo(host, cancellationToken).Type?.Name == "DnsEndPoint" => $"{host}.Host",
            ObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: >= 2 } parts } when model.GetTypeInfo(host, cancellationToken).Type?.Name == "DnsEndPoint"
                && parts[0] is { NameColon: null, Expression: LiteralExpressionSyntax or IdentifierNameSyntax or MemberAccessExpressionSyntax } part => part.ToString(),
            _ => null,
        };
    }

    private static string? ClientOf(SyntaxNode connect)
    {
        if (connect.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } } access })
        {
            return access.Expression.ToString();
        }

        return connect.FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>()?.Parent switch
        {
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } => variable.Identifier.ValueText,
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } } assignment => assignment.Left.ToString(),
            _ => null,
        };
    }
}
