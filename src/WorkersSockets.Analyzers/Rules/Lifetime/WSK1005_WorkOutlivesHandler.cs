using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow;

namespace WorkersSockets.Analyzers.Rules.Lifetime;

/// <summary>WSK1005: work on a socket that nothing waits for, in a function that can end, or close the socket, before it is done.</summary>
internal sealed class WorkOutlivesHandler : SocketRule
{
    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } =
        ImmutableArray.Create(RuleCatalog.WorkOutlivesHandler, RuleCatalog.WorkNotAwaited);

    public override void Analyze(BodyContext body)
    {
        var reported = new HashSet<SyntaxNode>();
        foreach (var operation in body.Flow.Root.Descendants())
        {
            if (StartedByVoid(body, operation) is { } name
                && HandlerAt(body, operation) is not null
                && reported.Add(operation.Syntax))
            {
                Report(body, operation, name, closing: null);
            }
        }

        foreach (var part in body.Flow.Bodies)
        {
            foreach (var found in part.Events)
            {
                if (found.Kind is FlowEventKind.WorkDropped or FlowEventKind.ClosedWhilePending
                    && body.Flow.Original(found.Operation) is { } work
                    && !TestCode.IsExpectedToThrow(work.Syntax)
                    && (IsDropped(work) ? IsMistake(body, part, found, work) : IsForgotten(body, part, found, work))
                    && !reported.Any(known => known.Span.Contains(work.Syntax.Span))
                    && reported.Add(work.Syntax))
                {
                    Report(body, work, NameOf(body, part, found, work), found.Related);
                }
            }
        }
    }

    private static bool IsMistake(BodyContext body, FlowBodyResult part, FlowEvent found, IOperation work)
    {
        if (found.Kind == FlowEventKind.ClosedWhilePending)
        {
            return true;
        }

        var task = found.Object;
        if ((found.Before & ObjectStates.Awaited) != 0)
        {
            // Something joins it on another path.
            return false;
        }

        if (task.Role == ModelRole.Close)
        {
            // An awaited close of a socket that is still opening would hang; .NET's closes are done when they return.
            return part.Events.Any(close => close.Kind == FlowEventKind.Close && close.Operation == found.Operation
                    && close.Object.Surface == Surface.Workers
                    && (close.Before & (ObjectStates.Connecting | ObjectStates.Unopened | ObjectStates.Open)) == ObjectStates.Open)
                && HandlerAt(body, work) is not null;
        }

        return task.Role is ModelRole.Read or ModelRole.Write or ModelRole.HalfClose || (HandlerAt(body, work) is not null && ConcernsSockets(body, task, work));
    }

    /// <summary>The same for work whose task is in a variable: nothing reads that, or a handler awaits it on some ways out only.</summary>
    private static bool IsForgotten(BodyContext body, FlowBodyResult part, FlowEvent found, IOperation work)
    {
        if (KeptIn(work) is not { } variable)
        {
            return false;
        }

        var uses = body.Compilation.Sources.IndexOf(body.Flow.Root, body.CancellationToken).ReferencesTo(variable).OfType<ILocalReferenceOperation>()
            .Where(use => !IsIdle(use))
            .ToList();
        if (uses.Count == 0)
        {
            return IsMistake(body, part, found, work);
        }

        // A connect or read that lost a race against a timer is left alone on purpose.
        return found is { Kind: FlowEventKind.WorkDropped, Object: { Role: null or ModelRole.Write, FailsWhileOpening: false } }
            && !uses.Any(use => IsInFunctionOf(use, variable))
            && !IsJoinedBelow(work, uses)
            && HandlerAt(body, work) is not null
            && ConcernsSockets(body, found.Object, work);
    }

    /// <summary>
    /// Whether a later statement of the same block joins the work in any case: what can come between is an exception, and an answer
    /// to that need not wait.
    /// </summary>
    private static bool IsJoinedBelow(IOperation work, List<ILocalReferenceOperation> uses)
    {
        if (work.Syntax.FirstAncestorOrSelf<StatementSyntax>() is not { Parent: BlockSyntax block } start)
        {
            return false;
        }

        var first = block.Statements.IndexOf(start);
        return uses.Select(use => use.Syntax).Any(use =>
            use.AncestorsAndSelf().OfType<StatementSyntax>().FirstOrDefault() is { } join
            && block.Statements.IndexOf(join) is var last && last > first
            && (join is ReturnStatementSyntax || use.Ancestors().TakeWhile(ancestor => ancestor != join).OfType<AwaitExpressionSyntax>().Any(wait => !wait.ToString().Contains("WhenAny")))
            && !block.Statements.Skip(first).Take(last - first).Any(LeavesBlock));
    }

    private static bool LeavesBlock(StatementSyntax statement) => statement
        .DescendantNodesAndSelf(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
        .Any(node => node is ReturnStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax or GotoStatementSyntax);

    /// <summary>The local variable that gets a task (or thread), if one does.</summary>
    private static ILocalSymbol? KeptIn(IOperation work)
    {
        for (var parent = work.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IConversionOperation or IParenthesizedOperation or IConditionalAccessOperation or IVariableInitializerOperation:
                case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" or "Preserve" }:
                    continue;
                case IVariableDeclaratorOperation { Symbol: var declared }:
                    return declared;
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var assigned }, Parent: IExpressionStatementOperation }:
                    return assigned;
                default:
                    return null;
            }
        }

        return null;
    }

    /// <summary>Whether a use of a task's variable waits for nothing: an assignment to it, the start of a thread, one of its settings.</summary>
    private static bool IsIdle(ILocalReferenceOperation use) => use.Parent switch
    {
        ISimpleAssignmentOperation assignment => assignment.Target == use,
        IInvocationOperation { TargetMethod: { Name: "Start", ContainingType.Name: "Thread" } } start => start.Instance == use,
        IPropertyReferenceOperation { Parent: ISimpleAssignmentOperation setting } property => setting.Target == property,
        _ => false,
    };

    private static bool IsInFunctionOf(IOperation use, ILocalSymbol variable)
    {
        for (var parent = use.Parent; parent is not null; parent = parent.Parent)
        {
            var function = parent switch
            {
                IAnonymousFunctionOperation lambda => lambda.Symbol,
                ILocalFunctionOperation local => local.Symbol,
                _ => null,
            };
            if (function is not null)
            {
                return !SymbolEqualityComparer.Default.Equals(function, variable.ContainingSymbol);
            }
        }

        return false;
    }

    private static void Report(BodyContext body, IOperation work, string name, IOperation? closing) => body.Report(
        HandlerAt(body, work) is { } handler && body.RunsOnWorkers && !LivesOn(body, handler.Method.ContainingType) ? RuleCatalog.WorkOutlivesHandler : RuleCatalog.WorkNotAwaited,
        work.Syntax.GetLocation(),
        closing is null || closing.Syntax == work.Syntax ? ImmutableArray<Location>.Empty : ImmutableArray.Create(closing.Syntax.GetLocation()),
        ImmutableDictionary<string, string?>.Empty,
        name);

    /// <summary>Whether the runtime keeps an object of the type, and so its unfinished work, after an answer: a Durable Object.</summary>
    private static bool LivesOn(BodyContext body, INamedTypeSymbol type) =>
        type.GetAttributes().Any(attribute => body.Catalog.Find(attribute.AttributeClass, ModelRole.Handler) is { Scope: HandlerScope.Service });

    /// <summary>The handler around an operation; one that runs as long as its object can wait for its own work.</summary>
    private static Handler? HandlerAt(BodyContext body, IOperation operation) =>
        body.Compilation.Handlers.At(operation, body.Flow.Owner, body.CancellationToken) is { Scope: HandlerScope.Request or HandlerScope.Event } handler ? handler : null;

    /// <summary>Whether nothing keeps the task: a statement of its own, or a discard.</summary>
    private static bool IsDropped(IOperation work)
    {
        for (var parent = work.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IConversionOperation or IParenthesizedOperation or IConditionalAccessOperation:
                case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" or "Preserve" }:
                case IInvocationOperation { TargetMethod: { Name: "Start", ContainingType.Name: "Thread" } }:
                    continue;
                case ISimpleAssignmentOperation { Target: IDiscardOperation }:
                case IExpressionStatementOperation:
                    return true;
                default:
                    return false;
            }
        }

        return false;
    }

    private static bool ConcernsSockets(BodyContext body, TrackedObject task, IOperation work) =>
        task.Role is not null
        || !task.Subjects.IsEmpty
        || work.DescendantsAndSelf().Any(operation => SocketMethods.Concerns(operation, body.Catalog) || Touches(body, operation));

    private static bool Touches(BodyContext body, IOperation operation)
    {
        var target = operation switch
        {
            IInvocationOperation call => call.TargetMethod,
            IMethodReferenceOperation reference => reference.Method,
            _ => null,
        };
        return target is not null
            && body.Compilation.Summaries.Resolve(target) is { } callee
            && body.Compilation.Methods.Touches(callee, body.CancellationToken);
    }

    /// <summary>What an operation starts without giving the caller a task: a method or lambda that is <c>async void</c>, a timer. Null for all else.</summary>
    private static string? StartedByVoid(BodyContext body, IOperation operation)
    {
        switch (operation)
        {
            case IInvocationOperation { TargetMethod: { IsAsync: true, ReturnsVoid: true } method } call when Touches(body, call):
                return method.Name;
            case IAnonymousFunctionOperation { Symbol: { IsAsync: true, ReturnsVoid: true } } lambda when !IsEventHandler(lambda) && DoesInput(body, lambda):
                return Subject(body, lambda);
            case IInvocationOperation { TargetMethod: { Name: "SetTimeout", ContainingType: { Name: "Timers", ContainingNamespace.Name: "Workers" } } } timer
                when timer.Arguments.Length > 0 && DoesInput(body, timer.Arguments[0].Value) && !IsKept(timer):
                return Subject(body, timer.Arguments[0].Value);
            case IObjectCreationOperation { Type: { Name: "Timer", ContainingNamespace.Name: "Threading" } } timer
                when timer.Arguments.Length > 0 && DoesInput(body, timer.Arguments[0].Value) && !IsKept(timer):
                return Subject(body, timer.Arguments[0].Value);
            default:
                return null;
        }
    }

    /// <summary>Whether a timer is stored or in a variable, where it can be stopped.</summary>
    private static bool IsKept(IOperation timer)
    {
        var parent = timer.Parent;
        while (parent is IConversionOperation)
        {
            parent = parent.Parent;
        }

        return parent is not (IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation });
    }

    private static bool IsEventHandler(IAnonymousFunctionOperation lambda)
    {
        IOperation? parent = lambda.Parent;
        while (parent is IConversionOperation or IDelegateCreationOperation)
        {
            parent = parent.Parent;
        }

        return parent is IEventAssignmentOperation || parent is IInvocationOperation { TargetMethod.Name: "SetTimeout" }
            || parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "SetTimeout" } or IObjectCreationOperation };
    }

    private static bool DoesInput(BodyContext body, IOperation function) => function.Descendants().Any(operation =>
        (operation is IInvocationOperation call
            && (body.Catalog.Find(call.TargetMethod, ModelRole.Read) ?? body.Catalog.Find(call.TargetMethod, ModelRole.Write)
                ?? body.Catalog.Find(call.TargetMethod, ModelRole.Connect) ?? body.Catalog.Find(call.TargetMethod, ModelRole.Close)) is not null
            && call.Instance?.Type is var type && body.Catalog.SocketType(type) is not null)
        || Touches(body, operation));

    private static string Subject(BodyContext body, IOperation function) =>
        function.Descendants().OfType<IInvocationOperation>()
            .Select(call => call.Instance).FirstOrDefault(instance => instance is ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation
                && body.Catalog.SocketType(instance.Type) is not null)?.Syntax.ToString()
        ?? function.Descendants().OfType<IInvocationOperation>().FirstOrDefault(call => Touches(body, call))?.TargetMethod.Name
        ?? "socket";

    private static string NameOf(BodyContext body, FlowBodyResult part, FlowEvent found, IOperation work)
    {
        if (found.Object.Kind == TrackedKind.Socket)
        {
            return found.Object.Name;
        }

        foreach (var index in found.Object.Subjects)
        {
            return part.Objects[index].Name;
        }

        return work is IInvocationOperation { TargetMethod: { Name: not "Run" and not "StartNew" and not "QueueUserWorkItem" and not "UnsafeQueueUserWorkItem" } method }
            ? method.Name
            : Subject(body, work);
    }
}
