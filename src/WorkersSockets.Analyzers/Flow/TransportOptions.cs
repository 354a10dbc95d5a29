using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow.Constants;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>How Workers encrypt a connection, as its connect says.</summary>
internal enum SecureTransport
{
    /// <summary>The options are not visible, or not always the same.</summary>
    Unknown,
    Off,
    On,
    StartTls,
}

/// <summary>
/// Reads <c>SecureTransport</c> out of a connect's options, through variables, members and methods that hold or build them.
/// </summary>
internal sealed class TransportOptions(SocketCompilation compilation, CancellationToken cancellationToken)
{
    private const int MaximumDepth = 6;

    public SecureTransport Of(ConnectSite site) => site switch
    {
        { Surface: not Surface.Workers } or { Model.Options: < 0 } => SecureTransport.Unknown,

        // What a helper gave its connect is not the caller's argument.
        { Inner: not null } => SecureTransport.Unknown,
        { Options: null } => SecureTransport.Off,
        var connect => OfOptions(connect.Options, depth: 0),
    };

    private SecureTransport OfOptions(IOperation? operation, int depth)
    {
        if (operation is null || depth > MaximumDepth)
        {
            return SecureTransport.Unknown;
        }

        switch (Operations.UnwrapValue(operation))
        {
            case { ConstantValue: { HasValue: true, Value: null } }:
                return SecureTransport.Off;
            case IDefaultValueOperation:
                return SecureTransport.Off;
            case IObjectCreationOperation creation:
            {
                var assigned = creation.Initializer?.Initializers.OfType<ISimpleAssignmentOperation>()
                    .FirstOrDefault(assignment => assignment.Target is IPropertyReferenceOperation { Property.Name: "SecureTransport" });
                return assigned is null ? SecureTransport.Off : OfValue(assigned.Value, depth);
            }

            case var source:
                return OfSources(source, depth, OfOptions);
        }
    }

    private SecureTransport OfValue(IOperation? operation, int depth) => operation is null || depth > MaximumDepth
        ? SecureTransport.Unknown
        : Operations.UnwrapValue(operation) switch
        {
            IFieldReferenceOperation { Field: { Name: "On", ContainingType.Name: "TcpSecureTransport" } } => SecureTransport.On,
            IFieldReferenceOperation { Field: { Name: "Off", ContainingType.Name: "TcpSecureTransport" } } => SecureTransport.Off,
            IFieldReferenceOperation { Field: { Name: "StartTls", ContainingType.Name: "TcpSecureTransport" } } => SecureTransport.StartTls,
            { ConstantValue: { HasValue: true, Value: null } } => SecureTransport.Off,
            var source => OfSources(source, depth, OfValue),
        };

    /// <summary>What all expressions say from which the value can come; unknown where they differ.</summary>
    private SecureTransport OfSources(IOperation operation, int depth, Func<IOperation?, int, SecureTransport> of)
    {
        var sources = operation switch
        {
            IConditionalOperation { WhenFalse: { } otherwise } choice => ImmutableArray.Create(choice.WhenTrue, otherwise),
            ILocalReferenceOperation { Local: var local } => Values(Writes.Of(local, compilation.Sources.IndexOf(operation, cancellationToken))),
            IFieldReferenceOperation { Field: var field } => Values(MemberWrites.Of(field, compilation.Sources, cancellationToken)),
            IPropertyReferenceOperation { Property: var property } => Getter(property) ?? Values(MemberWrites.Of(property, compilation.Sources, cancellationToken)),
            IInvocationOperation { TargetMethod: var method } => Results(method),
            _ => ImmutableArray<IOperation>.Empty,
        };
        var all = sources.Select(source => of(source, depth + 1)).Distinct().Take(2).ToList();
        return all.Count == 1 ? all[0] : SecureTransport.Unknown;
    }

    private static ImmutableArray<IOperation> Values(ImmutableArray<Write>? writes) =>
        writes is { } all && all.All(write => write.Path.IsEmpty && !write.Parses)
            ? all.Select(write => write.Value).ToImmutableArray()
            : ImmutableArray<IOperation>.Empty;

    private ImmutableArray<IOperation>? Getter(IPropertySymbol property) =>
        property.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is PropertyDeclarationSyntax { ExpressionBody.Expression: { } value }
        && compilation.Sources.OperationOf(value, cancellationToken) is { } operation
            ? ImmutableArray.Create(operation)
            : null;

    private ImmutableArray<IOperation> Results(IMethodSymbol method)
    {
        if (compilation.Summaries.Resolve(method)?.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is not MethodDeclarationSyntax declaration)
        {
            return ImmutableArray<IOperation>.Empty;
        }

        var values = declaration.ExpressionBody is { Expression: var value }
            ? new[] { value }
            : declaration.DescendantNodes(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
                .OfType<ReturnStatementSyntax>().Select(statement => statement.Expression).OfType<ExpressionSyntax>();
        return values.Select(each => compilation.Sources.OperationOf(each, cancellationToken)).OfType<IOperation>().ToImmutableArray();
    }
}
