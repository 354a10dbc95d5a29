using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow.Reads;

/// <summary>
/// Whether a receiver is a TCP connection: by its type, or, for a plain <c>Stream</c> or a reader, by the values that its variable
/// gets in its own body, its own type, or from callers in its own type and in files that name sockets.
/// </summary>
internal sealed class NetworkReceivers(SocketCompilation compilation, CancellationToken cancellationToken)
{
    private const int MaximumDepth = 6;
    private const int MaximumPlaces = 200;

    private readonly Dictionary<ISymbol, bool> known = new(SymbolEqualityComparer.Default);

    /// <summary>Whether an operation reads from a connection or builds a reader, writer or stream over one.</summary>
    public bool IsUsedBy(IOperation operation) => operation switch
    {
        IInvocationOperation call => compilation.Catalog.Find(call.TargetMethod, ModelRole.Read) is not null && IsConnection(Operations.ReceiverOf(call)),
        IObjectCreationOperation creation => Inner(creation.Constructor, creation.Arguments, 0),
        _ => false,
    };

    public bool IsConnection(IOperation? receiver) => IsConnection(receiver, 0);

    private bool IsConnection(IOperation? receiver, int depth)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (receiver is null || depth > MaximumDepth)
        {
            return false;
        }

        var value = Operations.Resolve(receiver);
        while (value is IAwaitOperation awaited)
        {
            value = Operations.Resolve(awaited.Operation);
        }

        if (value is null)
        {
            return false;
        }

        // (Socket)result.AsyncState
        var outer = value;
        while (outer.Parent is IConversionOperation or IParenthesizedOperation && compilation.Catalog.SocketType(outer.Type) is null)
        {
            outer = outer.Parent;
        }

        if (compilation.Catalog.SocketType(outer.Type) is { } type)
        {
            return type.Kind != SocketKind.Socket || type.Surface == Surface.Workers || !IsDatagram(value, depth);
        }

        if (compilation.Catalog.Find(value.Type, ModelRole.Wrapper) is null && !Operations.IsTask(value.Type))
        {
            return false;
        }

        switch (value)
        {
            case IObjectCreationOperation creation:
                return Inner(creation.Constructor, creation.Arguments, depth);
            case IInvocationOperation call:
                return Inner(call.TargetMethod, call.Arguments, depth) || Returned(call.TargetMethod, depth);
            case IConditionalOperation { WhenFalse: { } whenFalse } choice:
                return IsConnection(choice.WhenTrue, depth + 1) || IsConnection(whenFalse, depth + 1);
            case ICoalesceOperation coalesce:
                return IsConnection(coalesce.Value, depth + 1) || IsConnection(coalesce.WhenNull, depth + 1);
            case ISimpleAssignmentOperation assignment:
                return IsConnection(assignment.Value, depth + 1);
            case ISwitchExpressionOperation choice:
                return choice.Arms.Any(arm => IsConnection(arm.Value, depth + 1));
            default:
                return value.Symbol() is { } symbol && IsConnection(symbol, value, depth);
        }
    }

    private bool Inner(IMethodSymbol? method, System.Collections.Immutable.ImmutableArray<IArgumentOperation> arguments, int depth) =>
        compilation.Catalog.Find(method, ModelRole.Wrap) is { } wrap && IsConnection(arguments.Argument(wrap.Inner), depth + 1);

    private bool IsConnection(ISymbol symbol, IOperation at, int depth)
    {
        if (known.TryGetValue(symbol, out var result))
        {
            return result;
        }

        // A value that leads back to itself proves nothing.
        known[symbol] = false;
        result = Values(symbol, at).Any(value => IsConnection(value, depth + 1));
        known[symbol] = result;
        return result;
    }

    private bool Returned(IMethodSymbol method, int depth)
    {
        if (method.DeclaringSyntaxReferences.IsEmpty || depth >= MaximumDepth || known.ContainsKey(method))
        {
            return known.TryGetValue(method, out var cached) && cached;
        }

        known[method] = false;
        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            if (compilation.Sources.OperationOf(reference.GetSyntax(cancellationToken), cancellationToken) is { } body
                && body.OwnDescendants().OfType<IReturnOperation>().Any(exit => IsConnection(exit.ReturnedValue, depth + 1)))
            {
                known[method] = true;
                break;
            }
        }

        return known[method];
    }

    /// <summary>The values that a variable is given, as far as they can be seen cheaply.</summary>
    private IEnumerable<IOperation> Values(ISymbol symbol, IOperation at)
    {
        switch (symbol)
        {
            case ILocalSymbol:
                return Assigned(symbol, at.Root());
            case IParameterSymbol { ContainingSymbol: IMethodSymbol method } parameter:
                return Assigned(symbol, at.Root()).Concat(Passed(method, parameter.Ordinal));
            case IPropertySymbol { IsAbstract: true, GetMethod: { } getter } when compilation.Summaries.Resolve(getter)?.AssociatedSymbol is IPropertySymbol { IsAbstract: false } property:
                return Values(property, at);
            case IFieldSymbol or IPropertySymbol when symbol.ContainingType is { } type:
                return InType(type, symbol.Name).SelectMany(AssignedAt).Where(pair => Matches(pair.Target, symbol)).Select(pair => pair.Value)
                    .Concat(Initializers(symbol));
            default:
                return Enumerable.Empty<IOperation>();
        }
    }

    private static bool Matches(IOperation? target, ISymbol symbol) => target.Symbol() is { } found
        && SymbolEqualityComparer.Default.Equals(found.OriginalDefinition, symbol.OriginalDefinition);

    private static IEnumerable<IOperation> Assigned(ISymbol symbol, IOperation root)
    {
        foreach (var operation in root.DescendantsAndSelf())
        {
            switch (operation)
            {
                case IVariableDeclaratorOperation declarator when SymbolEqualityComparer.Default.Equals(declarator.Symbol, symbol)
                    && declarator.GetVariableInitializer() is { } initializer:
                    yield return initializer.Value;
                    break;
                case IAssignmentOperation assignment when assignment.Target.Names(symbol):
                    yield return assignment.Value;
                    break;
                case IIsPatternOperation { Pattern: IDeclarationPatternOperation pattern } test when SymbolEqualityComparer.Default.Equals(pattern.DeclaredSymbol, symbol):
                    yield return test.Value;
                    break;
            }
        }
    }

    /// <summary>Initializers and assignments of members with a name, in all parts of a type.</summary>
    private IEnumerable<IdentifierNameSyntax> InType(INamedTypeSymbol type, string name) =>
        compilation.Sources.NamesIn(type, name, cancellationToken).OfType<IdentifierNameSyntax>().Take(MaximumPlaces);

    private IEnumerable<(IOperation? Target, IOperation Value)> AssignedAt(IdentifierNameSyntax identifier)
    {
        var target = (ExpressionSyntax)(identifier.Parent is MemberAccessExpressionSyntax access && access.Name == identifier ? access : identifier);
        if (target.Parent is AssignmentExpressionSyntax assignment && assignment.Left == target
            && compilation.Sources.OperationOf(assignment, cancellationToken) is IAssignmentOperation operation)
        {
            yield return (operation.Target, operation.Value);
        }
    }

    /// <summary>The arguments that callers in the method's own type and in files that name sockets pass.</summary>
    private IEnumerable<IOperation> Passed(IMethodSymbol method, int ordinal)
    {
        foreach (var call in Callers(method))
        {
            var arguments = call is IObjectCreationOperation creation ? creation.Arguments : ((IInvocationOperation)call).Arguments;
            if (arguments.Argument(ordinal) is { } value)
            {
                yield return value;
            }
        }
    }

    /// <summary>Calls of a method, and creations by a constructor, in its own type and in files that name sockets.</summary>
    public IEnumerable<IOperation> Callers(IMethodSymbol method)
    {
        var seen = new HashSet<SyntaxNode>();
        var own = method.ContainingType is { } type && method.MethodKind != MethodKind.Constructor ? Calls(method, type) : Enumerable.Empty<IOperation>();
        return own.Concat(compilation.CallSites.Of(method, cancellationToken)).Where(call => seen.Add(call.Syntax));
    }

    /// <summary>Calls of a method in its own type.</summary>
    public IEnumerable<IInvocationOperation> Calls(IMethodSymbol method, INamedTypeSymbol type)
    {
        foreach (var identifier in InType(type, method.Name))
        {
            var callee = (ExpressionSyntax)(identifier.Parent is MemberAccessExpressionSyntax access && access.Name == identifier ? access : identifier);
            if (callee.Parent is InvocationExpressionSyntax invocation && invocation.Expression == callee
                && compilation.Sources.OperationOf(invocation, cancellationToken) is IInvocationOperation call
                && SymbolEqualityComparer.Default.Equals(call.TargetMethod.OriginalDefinition, method.OriginalDefinition))
            {
                yield return call;
            }
        }
    }

    /// <summary>The buffers that the Begin calls of a type are given.</summary>
    public IEnumerable<ISymbol> BeginBuffers(INamedTypeSymbol type) => InType(type, "BeginReceive").Concat(InType(type, "BeginRead"))
        .Select(CallAt)
        .Where(call => call is not null && compilation.Catalog.Find(call.TargetMethod, ModelRole.Read) is { Begin: true } model
            && call.Arguments.Argument(model.Offset) is null or { ConstantValue: { HasValue: true, Value: 0 } })
        .Select(call => call!.Arguments.Argument(compilation.Catalog.Find(call.TargetMethod, ModelRole.Read)!.Buffer).Symbol())
        .OfType<ISymbol>();

    /// <summary>The constant size of the array that a field holds, where all that it is given has that size.</summary>
    public long? SizeOf(IFieldSymbol field)
    {
        var sizes = InType(field.ContainingType, field.Name).SelectMany(AssignedAt).Where(pair => Matches(pair.Target, field)).Select(pair => pair.Value)
            .Concat(Initializers(field))
            .Select(value => value.Unwrap() is IArrayCreationOperation { DimensionSizes: { Length: 1 } dimensions } ? dimensions[0].Number() : null)
            .Distinct().ToList();
        return sizes.Count == 1 ? sizes[0] : null;
    }

    /// <summary>Whether a type starts receives of a connection that complete through a <c>SocketAsyncEventArgs</c>, and none of datagrams.</summary>
    public bool CompletesReceives(INamedTypeSymbol type) =>
        !InType(type, "ReceiveFromAsync").Any() && !InType(type, "ReceiveMessageFromAsync").Any()
        && InType(type, "ReceiveAsync").Select(CallAt).Any(call => call is not null
            && compilation.Catalog.Find(call.TargetMethod, ModelRole.Read) is { Args: >= 0, Datagram: false } && IsConnection(Operations.ReceiverOf(call)));

    private IInvocationOperation? CallAt(IdentifierNameSyntax identifier) =>
        ((ExpressionSyntax)(identifier.Parent is MemberAccessExpressionSyntax access && access.Name == identifier ? access : identifier)).Parent is InvocationExpressionSyntax call
            ? compilation.Sources.OperationOf(call, cancellationToken) as IInvocationOperation
            : null;

    /// <summary>Whether a <c>Socket</c> is seen to be made for datagrams.</summary>
    private bool IsDatagram(IOperation value, int depth)
    {
        if (depth > MaximumDepth)
        {
            return false;
        }

        switch (value)
        {
            case IObjectCreationOperation creation:
                return creation.Arguments.Any(argument => argument.Value.Unwrap() is IFieldReferenceOperation
                {
                    Field: { Name: "Dgram" or "Raw" or "Rdm" or "Seqpacket" or "Udp" or "Unix" or "Icmp", ContainingType.TypeKind: TypeKind.Enum },
                });
            case IPropertyReferenceOperation { Property: { Name: "Client", ContainingType.Name: "UdpClient" } }:
                return true;
            case IConditionalOperation { WhenFalse: { } whenFalse } choice:
                return IsDatagram(choice.WhenTrue.Unwrap(), depth + 1) || IsDatagram(whenFalse.Unwrap(), depth + 1);
            case IInvocationOperation call:
                return compilation.Sources.OperationOf(call.TargetMethod.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken), cancellationToken) is { } body
                    && body.OwnDescendants().OfType<IReturnOperation>().Any(exit => exit.ReturnedValue is { } returned && IsDatagram(returned.Unwrap(), depth + 1));
            default:
                return value.Symbol() is { } symbol && Values(symbol, value).Any(origin => IsDatagram(origin.Unwrap(), depth + 1));
        }
    }

    /// <summary>The initializer of a field or property, or what its getter returns.</summary>
    private IEnumerable<IOperation> Initializers(ISymbol member)
    {
        foreach (var reference in member.DeclaringSyntaxReferences)
        {
            var value = reference.GetSyntax(cancellationToken) switch
            {
                VariableDeclaratorSyntax { Initializer: { } initializer } => initializer.Value,
                PropertyDeclarationSyntax { Initializer: { } initializer } => initializer.Value,
                PropertyDeclarationSyntax { ExpressionBody: { } body } => body.Expression,
                PropertyDeclarationSyntax { AccessorList.Accessors: { Count: > 0 } accessors } => accessors[0].ExpressionBody?.Expression,
                _ => null,
            };
            if (compilation.Sources.OperationOf(value, cancellationToken) is { } operation)
            {
                yield return operation;
            }
        }
    }
}
