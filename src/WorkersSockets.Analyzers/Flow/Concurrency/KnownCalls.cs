using Microsoft.CodeAnalysis;

namespace WorkersSockets.Analyzers.Flow.Concurrency;

/// <summary>The types and methods of the framework that start, join or project work.</summary>
internal static class KnownCalls
{
    public static bool IsTask(ITypeSymbol? type) => type is { Name: "Task" or "ValueTask", ContainingNamespace.Name: "Tasks" };

    public static bool IsSequence(ITypeSymbol? type) => type is { SpecialType: not SpecialType.System_String }
        && (type is IArrayTypeSymbol
            || type.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T
            || type.AllInterfaces.Any(contract => contract.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T));

    public static bool IsJoin(IMethodSymbol method) => method.Name is "WhenAll" or "WaitAll" or "WhenEach" && IsTask(method.ContainingType);

    public static bool IsRace(IMethodSymbol method) => method.Name is "WhenAny" or "WaitAny" && IsTask(method.ContainingType);

    public static bool IsLinq(INamedTypeSymbol? type) => type is { Name: "Enumerable" or "ParallelEnumerable", ContainingNamespace.Name: "Linq" };

    public static bool IsParallel(INamedTypeSymbol? type) => type is { Name: "Parallel", ContainingNamespace.Name: "Tasks" };

    public static bool IsStarter(IMethodSymbol method) => (method.ContainingType?.Name, method.Name) is
        ("Task", "Run") or ("TaskFactory", "StartNew") or ("ThreadPool", "QueueUserWorkItem") or ("ThreadPool", "UnsafeQueueUserWorkItem");

    /// <summary><c>list.ForEach(action)</c>, <c>Array.ForEach(array, action)</c>.</summary>
    public static bool IsForEach(IMethodSymbol method) => method is { Name: "ForEach", ContainingType: { Name: "List" or "Array" or "ImmutableList" } };

    /// <summary>A block of TPL Dataflow that runs a delegate for each message.</summary>
    public static bool IsDataflowBlock(ITypeSymbol? type) => type is { Name: "ActionBlock" or "TransformBlock" or "TransformManyBlock", ContainingNamespace.Name: "Dataflow" };
}
