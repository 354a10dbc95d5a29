using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Flow.Constants;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>
/// Whether a filter's code lets only known hosts through: it asks for an argument of the handler, by position or name, tests it against
/// known values and can answer by itself.
/// </summary>
internal static class FilterChecks
{
    /// <summary>The methods of a filter class that the framework calls.</summary>
    public static bool ByType(INamedTypeSymbol? filter, Guarded guarded, SocketCompilation compilation, CancellationToken cancellationToken) =>
        filter is { DeclaringSyntaxReferences.IsEmpty: false } && filter.GetMembers().OfType<IMethodSymbol>()
            .Where(method => method.Name is "InvokeAsync" or "OnActionExecuting" or "OnActionExecutionAsync" or "OnPageHandlerExecuting" or "OnPageHandlerExecutionAsync")
            .Any(method => Checks(compilation.Sources.OperationOf(method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken), cancellationToken), guarded, compilation, cancellationToken));

    /// <summary>A filter that is a lambda or a method: <c>AddEndpointFilter(async (context, next) => …)</c>.</summary>
    public static bool ByFunction(ExpressionSyntax function, Guarded guarded, SocketCompilation compilation, CancellationToken cancellationToken)
    {
        if (function is AnonymousFunctionExpressionSyntax)
        {
            return Checks(compilation.Sources.OperationOf(function, cancellationToken), guarded, compilation, cancellationToken);
        }

        return function is IdentifierNameSyntax or MemberAccessExpressionSyntax
            && compilation.Sources.For(function.SyntaxTree)?.GetSymbolInfo(function, cancellationToken) is { } info
            && (info.Symbol ?? info.CandidateSymbols.FirstOrDefault()) is IMethodSymbol method
            && Checks(compilation.Sources.OperationOf(method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken), cancellationToken), guarded, compilation, cancellationToken);
    }

    private static bool Checks(IOperation? body, Guarded guarded, SocketCompilation compilation, CancellationToken cancellationToken)
    {
        if (body is null)
        {
            return false;
        }

        // The filter may leave its work to a method beside it.
        var own = body.DescendantsAndSelf().ToList();
        var operations = own.Concat(own.OfType<IInvocationOperation>()
            .Where(call => call.Arguments.Any(argument => argument.Value is IParameterReferenceOperation { Type.Name: var type } && type.EndsWith("Context", StringComparison.Ordinal)))
            .Select(call => compilation.Summaries.Resolve(call.TargetMethod)?.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken))
            .SelectMany(declaration => compilation.Sources.OperationOf(declaration, cancellationToken)?.DescendantsAndSelf() ?? Enumerable.Empty<IOperation>())).ToList();
        return operations.Exists(CanRefuse) && operations.OfType<IInvocationOperation>().Any(call =>
            Tested(call, compilation) is { } tested && IsArgument(tested, guarded, compilation, following: 3, cancellationToken));
    }

    /// <summary>An answer of the filter's own: a return or choice that does not call the next step, or a result that is set.</summary>
    private static bool CanRefuse(IOperation operation) => operation switch
    {
        IReturnOperation { ReturnedValue: { } value } => !GoesOn(value) && value.Type is { SpecialType: not SpecialType.System_Boolean },
        IConditionalOperation { WhenTrue: var first, WhenFalse: { } second } => GoesOn(first) != GoesOn(second),
        ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: "Result" or "StatusCode" } } => true,
        _ => false,
    };

    private static bool GoesOn(IOperation step) => step.DescendantsAndSelf().Any(part => part is IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke });

    /// <summary>What a call compares with known values.</summary>
    private static IOperation? Tested(IInvocationOperation call, SocketCompilation compilation)
    {
        if (HostChecks.ValueChecked(call, operand => operand is ILocalReferenceOperation or IInvocationOperation or IPropertyReferenceOperation { Arguments.IsEmpty: false }, compilation) is { } tested)
        {
            return tested;
        }

        return HostChecks.IsNamedCheck(call) ? call.Arguments.FirstOrDefault()?.Value : null;
    }

    /// <summary>Whether a value is an argument of the handler that can be a host: by position, or by its name.</summary>
    private static bool IsArgument(IOperation value, Guarded guarded, SocketCompilation compilation, int following, CancellationToken cancellationToken) => value.DescendantsAndSelf().Any(part => part switch
    {
        IInvocationOperation { TargetMethod.Name: "GetArgument", Arguments: { Length: 1 } arguments } => Names(arguments[0].Value, guarded),
        IPropertyReferenceOperation { Arguments: { Length: 1 } arguments } => Names(arguments[0].Value, guarded),
        ILocalReferenceOperation { Local: var local } when following > 0 => IsGivenArgument(local, part, guarded, compilation, following - 1, cancellationToken),
        _ => false,
    });

    private static bool IsGivenArgument(ILocalSymbol local, IOperation at, Guarded guarded, SocketCompilation compilation, int following, CancellationToken cancellationToken)
    {
        var index = compilation.Sources.IndexOf(at, cancellationToken);
        if (Writes.Of(local, index) is { } writes)
        {
            return writes.Any(write => IsArgument(write.Value, guarded, compilation, following, cancellationToken));
        }

        // context.ActionArguments.TryGetValue("host", out var host)
        if (index.WritesTo(local).Any(write => write is IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "TryGetValue", Arguments: { Length: >= 2 } arguments } } && Names(arguments[0].Value, guarded)))
        {
            return true;
        }

        // context.Arguments[0] is string host
        return at.Root().Descendants().OfType<IIsPatternOperation>().Any(test =>
            test.Pattern.DescendantsAndSelf().Any(part => part is IDeclarationPatternOperation { DeclaredSymbol: { } declared } && SymbolEqualityComparer.Default.Equals(declared, local))
            && IsArgument(test.Value, guarded, compilation, following, cancellationToken));
    }

    private static bool Names(IOperation key, Guarded guarded) => key.ConstantValue switch
    {
        { HasValue: true, Value: int position } => position >= 0 && position < guarded.Handler.Method.Parameters.Length && Names(guarded.Handler.Method.Parameters[position], guarded),
        { HasValue: true, Value: string name } => guarded.Handler.Method.Parameters.Any(parameter => string.Equals(parameter.Name, name, StringComparison.OrdinalIgnoreCase) && Names(parameter, guarded)),
        _ => false,
    };

    private static bool Names(IParameterSymbol parameter, Guarded guarded) => guarded.Source is { } source
        ? parameter.Ordinal == source.Ordinal
        : DataParts.CanHoldDestination(parameter.Type);
}
