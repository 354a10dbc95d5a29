using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Configuration;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Flow.Concurrency;
using WorkersSockets.Analyzers.Flow.Constants;

namespace WorkersSockets.Analyzers.Rules.Connections;

/// <summary>WSK2003: a connect, or a mail client, whose port is 25.</summary>
internal sealed class Port25Blocked : SocketRule
{
    private const int BlockedPort = 25;

    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } =
        ImmutableArray.Create(RuleCatalog.Port25OnWorkers, RuleCatalog.Port25OnDotNet);

    public override void Analyze(BodyContext body)
    {
        if (body.Options.Target == Target.DotNet || TestCode.Contains(body.Flow.Owner, body.Compilation, body.Options))
        {
            return;
        }

        foreach (var site in body.Flow.Connects)
        {
            var found = body.DestinationsOf(site)
                .FirstOrDefault(destination => destination.Port == BlockedPort && IsWritten(destination.PortOperation));
            if (found is { PortOperation: { } port })
            {
                var descriptor = site.Surface == Surface.Workers || body.RunsOnWorkers ? RuleCatalog.Port25OnWorkers : RuleCatalog.Port25OnDotNet;
                body.Report(descriptor, port.Syntax.GetLocation(), Destinations.OriginOf(found.PortOrigin, port), ImmutableDictionary<string, string?>.Empty);
            }
        }
    }

    /// <summary>Mail clients open their connection themselves, so no flow leads to them.</summary>
    public override ImmutableArray<string> FileMarks { get; } = ImmutableArray.Create("SmtpClient");

    public override void AnalyzeRoot(OperationRootContext context)
    {
        if (context.Options.Target == Target.DotNet || TestCode.Contains(context.Owner, context.Compilation, context.Options))
        {
            return;
        }

        foreach (var operation in context.Root.DescendantsAndSelf())
        {
            switch (operation)
            {
                case IObjectCreationOperation { Constructor: { } constructor } creation:
                    AnalyzeMailClient(context, creation, constructor, creation.Arguments);
                    break;
                case IInvocationOperation invocation:
                    AnalyzeMailClient(context, invocation, invocation.TargetMethod, invocation.Arguments);
                    break;
                case ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property: { Name: "Port" } property } } assignment
                    when IsMailClient(property.ContainingType, context.Compilation.Catalog):
                    ReportPort(context, assignment.Value);
                    break;
            }
        }
    }

    /// <summary>An argument that the caller left out is reported where its default is used: in the callee.</summary>
    private static bool IsWritten(IOperation? port) => port is not null && port.Parent is not IArgumentOperation { ArgumentKind: ArgumentKind.DefaultValue };

    private static void AnalyzeMailClient(OperationRootContext context, IOperation operation, IMethodSymbol method, ImmutableArray<IArgumentOperation> arguments)
    {
        if (context.Compilation.Catalog.Find(method, ModelRole.MailClient) is not { } model)
        {
            return;
        }

        var port = arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == model.Port);
        if (port is { ArgumentKind: not ArgumentKind.DefaultValue })
        {
            ReportPort(context, port.Value);
        }
        else if (model.Port < 0 && operation is IObjectCreationOperation created && StaysAtDefaultPort(created, context.Compilation, context.CancellationToken))
        {
            context.Report(Diagnostic.Create(
                Descriptor(context), created.Syntax.GetLocation(), DiagnosticSeverity.Info, additionalLocations: null, properties: null));
        }
    }

    private static void ReportPort(OperationRootContext context, IOperation port)
    {
        var found = context.Compilation.Constants.Evaluate(port, context.CancellationToken).Values.FirstOrDefault(value => value.Number == BlockedPort);
        if (found is not null)
        {
            context.Report(Diagnostic.Create(Descriptor(context), port.Syntax.GetLocation(), Destinations.OriginOf(found.Origin, port)));
        }
    }

    private static DiagnosticDescriptor Descriptor(OperationRootContext context) =>
        context.Options.Target == Target.Workers || (context.Options.Target == Target.Auto && context.Compilation.IsWorkersProject)
            ? RuleCatalog.Port25OnWorkers
            : RuleCatalog.Port25OnDotNet;

    /// <summary>A mail client that is kept in sight, and whose port and way of delivery nothing in its type sets.</summary>
    private static bool StaysAtDefaultPort(IObjectCreationOperation created, SocketCompilation compilation, CancellationToken cancellationToken)
    {
        var holder = created.Parent;
        while (holder is IConversionOperation or IVariableInitializerOperation)
        {
            holder = holder.Parent;
        }

        if (holder is not (IVariableDeclaratorOperation or IFieldInitializerOperation or IPropertyInitializerOperation or IUsingOperation or IMemberReferenceOperation or IInvocationOperation)
            && !(holder is ISimpleAssignmentOperation { Target: ILocalReferenceOperation or IFieldReferenceOperation }))
        {
            return false;
        }

        if (holder is IVariableDeclaratorOperation declarator && Escapes(declarator.Symbol, created, compilation.Sources))
        {
            return false;
        }

        // A local has only its own assignments; a member may be set up anywhere in its type.
        if (holder is IVariableDeclaratorOperation { Symbol: var variable })
        {
            return !created.Root().Descendants().OfType<ISimpleAssignmentOperation>().Any(assignment =>
                assignment.Target is IPropertyReferenceOperation { Property: { Name: "Port" or "DeliveryMethod" or "PickupDirectoryLocation" } } target
                && (created.Descendants().Contains(assignment) || (target.Instance is ILocalReferenceOperation local && SymbolEqualityComparer.Default.Equals(local.Local, variable))));
        }

        var scope = created.Syntax.AncestorsAndSelf().FirstOrDefault(node => node is TypeDeclarationSyntax)
            ?? created.Syntax.SyntaxTree.GetRoot(cancellationToken);
        var model = compilation.Sources.For(scope.SyntaxTree);
        return !scope.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(assignment =>
            model?.GetSymbolInfo(assignment.Left, cancellationToken).Symbol is IPropertySymbol { Name: "Port" or "DeliveryMethod" or "PickupDirectoryLocation" } property
            && IsMailClient(property.ContainingType, compilation.Catalog));
    }

    /// <summary>Whether the client is handed on to code that may set its port.</summary>
    private static bool Escapes(ILocalSymbol client, IOperation operation, SourceModels sources) => sources.IndexOf(operation).ReferencesTo(client).Any(reference =>
        reference.Parent is IArgumentOperation or IReturnOperation or IConversionOperation or ISimpleAssignmentOperation or ITupleOperation);

    private static bool IsMailClient(INamedTypeSymbol? type, SocketCatalog catalog) =>
        type is not null && type.InstanceConstructors.Any(constructor => catalog.Find(constructor, ModelRole.MailClient) is not null);
}
