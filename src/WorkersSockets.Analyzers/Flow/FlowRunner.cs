using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Sets up a run: the state at the body's start, the solver, and the bodies inside.</summary>
internal static class FlowRunner
{
    /// <summary>Blocks that a graph may have; past it a body is given up on, silently.</summary>
    private const int MaximumBlocks = 20_000;

    private const ObjectStates ParameterSocket =
        ObjectStates.Open | ObjectStates.OpenNotAwaited | ObjectStates.Silent | ObjectStates.Plain | ObjectStates.Writable;

    /// <summary>Runs a body for its own sake.</summary>
    public static FlowBodyResult? Run(FlowScope scope, ControlFlowGraph graph, SyntaxNode syntax)
    {
        var transfer = new FlowTransfer(scope, graph);
        var entry = new FlowState();
        if (scope.Owner is IMethodSymbol method)
        {
            transfer.SeedModelState(method, entry);
            foreach (var parameter in method.Parameters)
            {
                if (RequestBinding.IsBound(parameter, method, scope.Compilation))
                {
                    SeedData(transfer, parameter, isFromRequest: true, entry);
                }
            }
        }

        return Solve(scope, graph, syntax, transfer, entry);
    }

    /// <summary>Runs a lambda or local function with what its captured variables hold.</summary>
    public static FlowBodyResult? RunNested(
        FlowScope scope,
        ControlFlowGraph graph,
        SyntaxNode syntax,
        IMethodSymbol function,
        FlowTransfer outer,
        FlowState outerState,
        TrackedValue iterated)
    {
        var transfer = new FlowTransfer(scope, graph);
        var entry = new FlowState();
        foreach (var variable in CapturedVariables.Of(syntax, graph.OriginalOperation.SemanticModel ?? scope.Compilation.Sources.For(syntax.SyntaxTree), scope.CancellationToken))
        {
            var value = outer.Captured(variable, outerState);
            foreach (var index in value.Objects)
            {
                var captured = outer.ObjectAt(index);
                var states = outer.StatesOf(index, outerState);
                if (captured.Kind == TrackedKind.Socket)
                {
                    transfer.Seed(
                        variable,
                        number => new TrackedObject(number, TrackedKind.Socket, TrackedOrigin.Captured, captured.Operation)
                        {
                            Surface = captured.Surface,
                            SocketKind = captured.SocketKind,
                            Symbol = variable,
                        },
                        ObjectStates.Open | (states & (ObjectStates.Opening | ObjectStates.Dialogue | ObjectStates.Transport | ObjectStates.Writing)),
                        entry,
                        value.Flags & (ValueFlags.Borrowed | ValueFlags.Tls | ValueFlags.Wrapped | ValueFlags.Container));
                    break;
                }

                if (captured.Kind == TrackedKind.Data
                    && captured.Parts is null
                    && outer.IsUnchecked(index, outerState)
                    && outer.ComesFrom(captured, source => source.IsFromRequest))
                {
                    SeedData(transfer, variable, isFromRequest: true, entry);
                    foreach (var members in outer.CheckedMembers(variable, outerState).ToList())
                    {
                        transfer.SeedChecked(variable, members, entry);
                    }

                    break;
                }

                if (captured is { Kind: TrackedKind.Data, Parts: null } && outer.ComesFrom(captured, source => source.IsFromRequest))
                {
                    // What was checked outside is still the caller's choice, and known to be a good one.
                    SeedData(transfer, variable, isFromRequest: true, entry, ObjectStates.Checked);
                    break;
                }

                if (captured.Parts is { } parts)
                {
                    transfer.SeedHolder(variable, captured, parts, outer, outerState, entry);
                    break;
                }
            }
        }

        var elementsAreData = false;
        foreach (var index in iterated.Objects)
        {
            elementsAreData |= outer.ObjectAt(index) is { Kind: TrackedKind.Data } data
                && outer.IsUnchecked(index, outerState)
                && outer.ComesFrom(data, source => source.IsFromRequest);
        }

        foreach (var parameter in function.Parameters)
        {
            if (elementsAreData || RequestBinding.IsBound(parameter, function, scope.Compilation, syntax))
            {
                SeedData(transfer, parameter, isFromRequest: true, entry);
            }
        }

        return Solve(scope, graph, syntax, transfer, entry);
    }

    /// <summary>Runs a body to learn what it does with its parameters and captured variables.</summary>
    public static MethodSummary Summarize(FlowScope scope, ControlFlowGraph graph, SyntaxNode syntax, IMethodSymbol method, SummaryRecorder recorder)
    {
        var transfer = new FlowTransfer(scope, graph);
        var entry = new FlowState();
        foreach (var parameter in method.Parameters)
        {
            SeedParameter(scope, transfer, parameter, parameter.Ordinal, recorder, entry);
            if (parameter.RefKind is RefKind.Out or RefKind.Ref)
            {
                recorder.AddOut(parameter);
            }
        }

        if (method is { MethodKind: MethodKind.Ordinary, IsStatic: false })
        {
            transfer.MeetFields(graph.OriginalOperation, entry);
        }

        if (method.MethodKind is MethodKind.LocalFunction or MethodKind.AnonymousFunction)
        {
            foreach (var variable in CapturedVariables.Of(syntax, graph.OriginalOperation.SemanticModel ?? scope.Compilation.Sources.For(syntax.SyntaxTree), scope.CancellationToken))
            {
                SeedParameter(scope, transfer, variable, ordinal: -1, recorder, entry);
            }
        }

        return Solve(scope, graph, syntax, transfer, entry) is null ? MethodSummary.Unknown : recorder.Build(transfer, method);
    }

    private static void SeedParameter(FlowScope scope, FlowTransfer transfer, ISymbol variable, int ordinal, SummaryRecorder recorder, FlowState entry)
    {
        var type = variable switch
        {
            IParameterSymbol parameter => parameter.Type,
            ILocalSymbol local => local.Type,
            _ => null,
        };
        if (type is null || variable is IParameterSymbol { RefKind: RefKind.Out })
        {
            return;
        }

        var (element, isContainer) = SocketTypes.Element(type);
        if (SocketTypes.CanHold(element, scope.Compilation.Catalog))
        {
            var model = scope.Compilation.Catalog.SocketType(element);
            var flags = (isContainer ? ValueFlags.Container : ValueFlags.None) | model?.Kind switch
            {
                SocketKind.Tls => ValueFlags.Tls | ValueFlags.Wrapped,
                SocketKind.Stream => ValueFlags.Wrapped,
                null => ValueFlags.Wrapped,
                _ => ValueFlags.None,
            };
            var socket = transfer.Seed(
                variable,
                index => new TrackedObject(index, TrackedKind.Socket, TrackedOrigin.Parameter, null)
                {
                    Surface = model?.Surface ?? Surface.DotNet,
                    SocketKind = model?.Kind ?? SocketKind.Stream,
                    Symbol = variable,
                    Ordinal = ordinal,
                },
                ParameterSocket,
                entry,
                flags);
            recorder.Add(variable, socket);
        }
        else if (type.SpecialType != SpecialType.System_Boolean && !(ordinal < 0 && IsLookUp(type)))
        {
            recorder.Add(variable, SeedData(transfer, variable, isFromRequest: false, entry));
        }
    }

    /// <summary>A set or table that a lambda captures is what the lambda compares with.</summary>
    private static bool IsLookUp(ITypeSymbol type) => type.AllInterfaces.Append(type).Any(each => each.Name is "ISet" or "IReadOnlySet" or "IDictionary" or "IReadOnlyDictionary");

    private static TrackedObject? SeedData(FlowTransfer transfer, ISymbol variable, bool isFromRequest, FlowState entry, ObjectStates trust = ObjectStates.Unchecked) => transfer.Seed(
        variable,
        index => new TrackedObject(index, TrackedKind.Data, TrackedOrigin.Parameter, null)
        {
            Symbol = variable,
            IsFromRequest = isFromRequest,
            Ordinal = variable is IParameterSymbol parameter ? parameter.Ordinal : -1,
        },
        trust,
        entry);

    private static FlowBodyResult? Solve(FlowScope scope, ControlFlowGraph graph, SyntaxNode syntax, FlowTransfer transfer, FlowState entry)
    {
        if (graph.Blocks.Length > MaximumBlocks)
        {
            return null;
        }

        var solver = new FlowSolver(graph, transfer, scope.CancellationToken);
        transfer.Solver = solver;
        if (!solver.Run(entry))
        {
            return null;
        }

        var nested = transfer.Nested.ToList();
        if (scope.Summary is null)
        {
            foreach (var function in graph.LocalFunctions)
            {
                var inner = new FlowScope(scope.Compilation, scope.Options, function, scope.CancellationToken);
                var body = graph.GetLocalFunctionControlFlowGraph(function, scope.CancellationToken);
                if (RunNested(inner, body, body.OriginalOperation.Syntax, function, transfer, new FlowState(), default) is { } result)
                {
                    nested.Add(result);
                }
            }
        }

        return new FlowBodyResult(
            syntax,
            scope.Owner,
            transfer.Objects.ToImmutableArray(),
            transfer.Events.OrderBy(found => found.Operation.Syntax.SpanStart).ThenBy(found => found.Kind).ThenBy(found => found.Object.Index).ToImmutableArray(),
            transfer.Connects.OrderBy(connect => connect.Operation.Syntax.SpanStart).ToImmutableArray(),
            nested.ToImmutableArray());
    }
}

/// <summary>The variables of enclosing bodies that a lambda or local function uses.</summary>
internal static class CapturedVariables
{
    public static List<ISymbol> Of(SyntaxNode function, SemanticModel? model, CancellationToken cancellationToken)
    {
        var variables = new List<ISymbol>();
        if (model is null || model.SyntaxTree != function.SyntaxTree)
        {
            return variables;
        }

        var names = new HashSet<string>();
        foreach (var name in function.DescendantNodes().OfType<IdentifierNameSyntax>())
        {
            // The name of an argument is that of another function's parameter.
            if (name.Parent is NameColonSyntax || !names.Add(name.Identifier.ValueText))
            {
                continue;
            }

            if (model.GetSymbolInfo(name, cancellationToken).Symbol is { } symbol and (ILocalSymbol or IParameterSymbol)
                && symbol.DeclaringSyntaxReferences.FirstOrDefault() is { } declaration
                && !function.Span.Contains(declaration.Span))
            {
                variables.Add(symbol);
            }
        }

        return variables;
    }
}

/// <summary>Which types can hold a socket.</summary>
internal static class SocketTypes
{
    /// <summary>The type inside a task or a sequence, and whether there was one around it.</summary>
    public static (ITypeSymbol Element, bool IsContainer) Element(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol { ElementType: var element } when element.SpecialType == SpecialType.None => (element, true),
        INamedTypeSymbol { TypeArguments: { Length: 1 } arguments, Name: "Task" or "ValueTask" or "List" or "IEnumerable" or "IReadOnlyList" or "IList" or "ICollection" or "IReadOnlyCollection" or "HashSet" or "Queue" or "Stack" or "ConcurrentBag" or "ConcurrentQueue" or "Lazy" } =>
            (arguments[0], true),
        _ => (type, false),
    };

    public static bool CanHold(ITypeSymbol? type, SocketCatalog catalog)
    {
        if (type is null)
        {
            return false;
        }

        if (type is ITypeParameterSymbol parameter)
        {
            return parameter.ConstraintTypes.Any(constraint => CanHold(constraint, catalog));
        }

        return catalog.SocketType(type) is not null
            || catalog.Find(type, ModelRole.Wrapper) is not null
            || type.Name is "Stream" or "TextReader" or "TextWriter" or "StreamReader" or "StreamWriter" or "BinaryReader" or "BinaryWriter" or "BufferedStream"
                or "PipeReader" or "PipeWriter" or "IDisposable" or "IAsyncDisposable";
    }
}
