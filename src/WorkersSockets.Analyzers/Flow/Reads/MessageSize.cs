using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow.Reads;

/// <summary>What a variable says of the size of a message that is read: <c>var body = new byte[length];</c>.</summary>
internal static class MessageSize
{
    /// <summary>Parts of names that stand for room, not for a message.</summary>
    private static readonly ImmutableArray<string> Room = ImmutableArray.Create("buffer", "chunk", "max", "capacity", "block");

    /// <summary>Whether a variable holds the size of what a read wants; a name for room, whatever comes, says nothing of that.</summary>
    public static bool IsVariable(ReadSite site, SourceModels sources) => Of(site, sources) is { } size
        && !size.ConstantValue.HasValue
        && size.Unwrap() is ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation { Field.IsStatic: false } or IPropertyReferenceOperation { Property: { IsStatic: false, Name: not ("Length" or "Count") } }
        && !Room.Any(part => Operations.NameOf(size).IndexOf(part, StringComparison.OrdinalIgnoreCase) >= 0);

    /// <summary>Whether that variable was parsed from bytes that were read before: a length prefix.</summary>
    public static bool IsPrefix(ReadSite site, SocketCompilation compilation) => IsVariable(site, compilation.Sources)
        && Of(site, compilation.Sources)!.Unwrap() is ILocalReferenceOperation { Local: var local }
        && compilation.Sources.IndexOf(site.Call).InitialValue(local) is { } value
        && value.DescendantsAndSelf().Any(part => part is IArrayElementReferenceOperation
            || (part is IInvocationOperation call && compilation.Catalog.Find(call.TargetMethod, ModelRole.Parse) is not null));

    /// <summary>The expression of the size: the count, or what the buffer is made with.</summary>
    private static IOperation? Of(ReadSite site, SourceModels sources)
    {
        if (site.Count is { } count && count.Unwrap() is not IPropertyReferenceOperation { Property.Name: "Length" })
        {
            return count;
        }

        if (site.Buffer?.Unwrap() is IInvocationOperation slice && slice.Arguments.LastOrDefault(argument => argument.Parameter?.Name == "length" && argument.ArgumentKind != ArgumentKind.DefaultValue) is { } length)
        {
            return length.Value;
        }

        return site.Storage is ILocalSymbol local && sources.IndexOf(site.Call).InitialValue(local)?.Unwrap() is IArrayCreationOperation { DimensionSizes: { Length: 1 } sizes }
            ? sizes[0]
            : null;
    }
}
