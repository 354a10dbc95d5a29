using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Flow.Constants;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Which calls, returning true, prove that a value is one that the program expects.</summary>
internal static class HostChecks
{
    private static readonly ImmutableArray<string> AllowingWords = ImmutableArray.Create("Allow", "Permit", "Trust", "Approve", "Whitelist", "Safelist", "KnownHost");
    private static readonly ImmutableArray<string> DenyingWords = ImmutableArray.Create("NotAllow", "Disallow", "Untrust", "NotTrust", "Unapprove", "NotPermit", "Remove", "Add");

    /// <summary>
    /// The value that a true result of the call proves, or null where it proves none: membership in a collection that is not itself
    /// caller-controlled, equality, a suffix with its leading dot, an anchored regular expression.
    /// </summary>
    public static IOperation? ValueChecked(IInvocationOperation call, Func<IOperation, bool> isUnchecked, SocketCompilation compilation)
    {
        var method = call.TargetMethod;
        var operands = OperandsOf(call);
        switch (method.Name)
        {
            case "Contains" or "ContainsKey" or "TryGetValue" or "ContainsValue" or "IndexOf" or "LastIndexOf" or "BinarySearch":
            {
                // "abc".Contains(host) and host.Contains("abc") compare text, not members.
                if (operands.Count < 2 || IsText(operands[0].Type) || isUnchecked(operands[0]))
                {
                    return null;
                }

                return operands[1];
            }

            case "Equals" or "Compare" or "CompareOrdinal" or "CompareTo":
            {
                if (operands.Count >= 3 && call.Instance is { Type: { } type } && !IsText(type) && type.Name.EndsWith("Comparer", StringComparison.Ordinal))
                {
                    operands.RemoveAt(0);
                }

                if (operands.Count < 2)
                {
                    return null;
                }

                return isUnchecked(operands[0]) && !isUnchecked(operands[1]) ? operands[0]
                    : isUnchecked(operands[1]) && !isUnchecked(operands[0]) ? operands[1]
                    : null;
            }

            case "EndsWith" when operands.Count >= 2 && IsText(operands[0].Type):
                return HasBoundary(operands[1], compilation) && !isUnchecked(operands[1]) ? operands[0] : null;
            case "IsMatch":
                return Matched(call, compilation);
            case "IsSupersetOf" or "IsProperSupersetOf" or "IsSubsetOf" or "IsProperSubsetOf" when operands.Count == 2:
            {
                var (all, part) = method.Name.EndsWith("SupersetOf", StringComparison.Ordinal) ? (operands[0], operands[1]) : (operands[1], operands[0]);
                return isUnchecked(all) ? null : part;
            }

            case "StartsWith" when operands.Count >= 2 && IsText(operands[0].Type):
                return NamesWholeHost(operands[1]) ? operands[0] : null;
            default:
                return null;
        }
    }

    /// <summary>
    /// Whether a method or delegate whose code is not here says by its name that it knows what is allowed: <c>policy.IsAllowed(host)</c>,
    /// <c>EnsureTrustedHost(host)</c>. A framework's own methods never do.
    /// </summary>
    public static bool IsNamedCheck(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        var space = method.ContainingNamespace?.ToDisplayString() ?? "";
        if (method.MethodKind != MethodKind.DelegateInvoke && (space == "System" || space.StartsWith("System.", StringComparison.Ordinal) || space.StartsWith("Microsoft.", StringComparison.Ordinal)))
        {
            return false;
        }

        var name = method.MethodKind != MethodKind.DelegateInvoke ? method.Name : call.Instance is null ? "" : Plain(call.Instance) switch
        {
            ILocalReferenceOperation local => local.Local.Name,
            IParameterReferenceOperation parameter => parameter.Parameter.Name,
            IMemberReferenceOperation member => member.Member.Name,
            _ => "",
        };
        return AllowingWords.Any(word => name.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0)
            && !DenyingWords.Any(word => name.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0);
    }

    /// <summary>The collection that a call asks: its receiver, or the first argument of an extension or static method.</summary>
    public static IOperation? Collection(IInvocationOperation call) =>
        OperandsOf(call).FirstOrDefault() is { } first && !IsText(first.Type) ? first : null;

    /// <summary>The predicate of <c>Any</c>, <c>All</c>, <c>Exists</c> and the like.</summary>
    public static IOperation? Predicate(IInvocationOperation call) =>
        call.TargetMethod.Name is "Any" or "All" or "Exists" or "TrueForAll" or "FindIndex"
            ? call.Arguments.LastOrDefault(argument => argument.Parameter?.Type.TypeKind == TypeKind.Delegate)?.Value
            : null;

    /// <summary>The predicate of <c>First</c>, <c>FirstOrDefault</c>, <c>Find</c> and the like.</summary>
    public static IOperation? Finder(IInvocationOperation call) =>
        call.TargetMethod.Name is "First" or "FirstOrDefault" or "Single" or "SingleOrDefault" or "Last" or "LastOrDefault" or "Find" or "FindLast"
            ? call.Arguments.LastOrDefault(argument => argument.Parameter?.Type.TypeKind == TypeKind.Delegate)?.Value
            : null;

    /// <summary>The key that a table is asked for.</summary>
    public static IOperation? Key(IInvocationOperation call) => OperandsOf(call).Skip(1).FirstOrDefault();

    /// <summary>The text that an anchored regular expression with a literal domain was matched against.</summary>
    public static IOperation? Matched(IInvocationOperation call, SocketCompilation compilation) =>
        call.TargetMethod is { Name: "Match" or "IsMatch", ContainingType.Name: "Regex" } && AnchoredPattern(call, compilation)
            ? OperandsOf(call).Skip(call.Instance is null ? 0 : 1).FirstOrDefault()
            : null;

    /// <summary><c>list.IndexOf(host) &gt;= 0</c>: the search, where the comparison's outcome says that it found something.</summary>
    public static IInvocationOperation? FoundAt(IBinaryOperation relation, bool outcome, Func<IOperation, IOperation> sourceOf)
    {
        if (relation.RightOperand.ConstantValue is not { HasValue: true, Value: int limit } || Search(sourceOf(relation.LeftOperand)) is not { } search)
        {
            return null;
        }

        var finds = (relation.OperatorKind, limit) is (BinaryOperatorKind.GreaterThanOrEqual, 0) or (BinaryOperatorKind.GreaterThan, -1);
        var misses = (relation.OperatorKind, limit) is (BinaryOperatorKind.LessThan, 0) or (BinaryOperatorKind.LessThanOrEqual, -1);
        return (finds && outcome) || (misses && !outcome) ? search : null;
    }

    /// <summary><c>list.IndexOf(host) != -1</c>: likewise.</summary>
    public static IInvocationOperation? Found(IOperation operand, object? constant, bool equal, Func<IOperation, IOperation> sourceOf) =>
        constant is -1 && !equal ? Search(sourceOf(operand)) : null;

    /// <summary><c>string.Compare(host, known) == 0</c>: what is compared.</summary>
    public static (IOperation Left, IOperation Right)? Compared(IOperation operand, object? constant) =>
        constant is 0 && Plain(operand) is IInvocationOperation { TargetMethod.Name: "Compare" or "CompareOrdinal" or "CompareTo" } call
        && OperandsOf(call) is { Count: >= 2 } operands
            ? (operands[0], operands[1])
            : null;

    private static IInvocationOperation? Search(IOperation operand) =>
        Plain(operand) is IInvocationOperation { TargetMethod.Name: "IndexOf" or "LastIndexOf" or "BinarySearch" or "FindIndex" } call && Collection(call) is not null ? call : null;

    private static IOperation Plain(IOperation operation) => operation is IConversionOperation conversion ? Plain(conversion.Operand) : operation;

    private static List<IOperation> OperandsOf(IInvocationOperation call)
    {
        var operands = new List<IOperation>();
        if (call.Instance is { } instance)
        {
            operands.Add(instance);
        }

        operands.AddRange(call.Arguments.OrderBy(argument => argument.Parameter?.Ordinal).Select(argument => Plain(argument.Value)));
        return operands;
    }

    private static bool IsText(ITypeSymbol? type) => type is { SpecialType: SpecialType.System_String }
        || type is INamedTypeSymbol { Name: "ReadOnlySpan" or "Span" or "ReadOnlyMemory", TypeArguments: { Length: 1 } elements } && elements[0].SpecialType == SpecialType.System_Char;

    /// <summary>Whether a prefix holds a scheme and a host up to the slash behind it: "https://api.contoso.com/".</summary>
    private static bool NamesWholeHost(IOperation prefix)
    {
        if (Plain(prefix) is not { ConstantValue: { HasValue: true, Value: string text } })
        {
            return false;
        }

        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        return scheme > 0 && text.IndexOf('/', scheme + 3) > scheme + 3;
    }

    /// <summary>Whether a suffix starts at a label: ".contoso.com", "." + domain; a suffix that is not visible counts as one.</summary>
    private static bool HasBoundary(IOperation suffix, SocketCompilation compilation)
    {
        switch (Plain(suffix))
        {
            case { ConstantValue: { HasValue: true, Value: string text } }:
                return text.Length > 2 && text[0] == '.' && text.IndexOf('.', 1) > 0;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, LeftOperand: var start }:
                return Plain(start) is { ConstantValue: { HasValue: true, Value: "." or '.' } } or IBinaryOperation && HasDot(start);
            case IInterpolatedStringOperation { Parts: { IsEmpty: false } parts }:
                return parts[0] is IInterpolatedStringTextOperation { Text.ConstantValue: { HasValue: true, Value: string first } } && first.StartsWith(".", StringComparison.Ordinal);
            case IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.AnonymousFunction } lambda } }
                when lambda.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is { } syntax
                    && compilation.Sources.OperationOf(syntax.FirstAncestorOrSelf<InvocationExpressionSyntax>(), default) is IInvocationOperation call
                    && Collection(call) is { } list:
                // suffixes.Any(suffix => host.EndsWith(suffix))
                return StartAtLabels(compilation.Constants.Evaluate(list, default));
            case ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation:
                return StartAtLabels(compilation.Constants.Evaluate(suffix, default));
            default:
                return false;
        }
    }

    /// <summary>A list of suffixes that the program shows is judged by its entries.</summary>
    private static bool StartAtLabels(ConstantSet suffixes) => suffixes.Values.All(value => value.Value switch
    {
        string text => text.StartsWith(".", StringComparison.Ordinal),
        SequenceConstant sequence => sequence.Elements.All(StartAtLabels),
        _ => true,
    });

    private static bool HasDot(IOperation start) => start switch
    {
        IBinaryOperation binary => HasDot(Plain(binary.LeftOperand)),
        { ConstantValue: { HasValue: true, Value: string text } } => text.StartsWith(".", StringComparison.Ordinal),
        { ConstantValue: { HasValue: true, Value: '.' } } => true,
        _ => false,
    };

    private static bool AnchoredPattern(IInvocationOperation call, SocketCompilation compilation)
    {
        var pattern = call.Instance is null
            ? call.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == "pattern")?.Value.ConstantValue.Value as string
            : PatternOf(call.Instance, compilation, depth: 0);

        // A pattern that lets any text through is no check.
        return pattern is { Length: > 2 }
            && (pattern[0] == '^' || pattern.StartsWith("\\A", StringComparison.Ordinal))
            && (pattern[pattern.Length - 1] == '$' || pattern.EndsWith("\\z", StringComparison.OrdinalIgnoreCase))
            && NamesHosts(pattern);
    }

    /// <summary>Whether a pattern that matches a whole text lets only hosts of a literal domain through.</summary>
    public static bool NamesHosts(string pattern) =>
        pattern.IndexOf(".*", StringComparison.Ordinal) < 0 && pattern.IndexOf(".+", StringComparison.Ordinal) < 0 && HasLiteralHost(pattern);

    /// <summary>At least one escaped dot with letters behind it, and no alternative beside the anchors: a literal domain, not just a shape of one.</summary>
    private static bool HasLiteralHost(string pattern)
    {
        for (var dot = pattern.IndexOf("\\.", StringComparison.Ordinal); dot >= 0; dot = pattern.IndexOf("\\.", dot + 2, StringComparison.Ordinal))
        {
            if (dot + 3 < pattern.Length && char.IsLetter(pattern[dot + 2]) && char.IsLetter(pattern[dot + 3]))
            {
                return true;
            }
        }

        return false;
    }

    private static string? PatternOf(IOperation instance, SocketCompilation compilation, int depth)
    {
        if (depth > 4)
        {
            return null;
        }

        switch (instance)
        {
            case IConversionOperation conversion:
                return PatternOf(conversion.Operand, compilation, depth + 1);
            case IObjectCreationOperation creation:
                return creation.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0)?.Value.ConstantValue.Value as string;
            case IFieldReferenceOperation { Field: var field }:
                return PatternOf(field, compilation, depth);
            case ILocalReferenceOperation { Local: var local }:
                return PatternOf(local, compilation, depth);
            case IPropertyReferenceOperation { Property: var property }:
                return GeneratedPattern(property);
            case IInvocationOperation { TargetMethod: var method }:
                return GeneratedPattern(method);
            default:
                return null;
        }
    }

    /// <summary>The pattern of <c>[GeneratedRegex("…")]</c>.</summary>
    private static string? GeneratedPattern(ISymbol member) => new[] { member, (member as IMethodSymbol)?.PartialDefinitionPart, (member as IMethodSymbol)?.PartialImplementationPart }
        .OfType<ISymbol>()
        .SelectMany(symbol => symbol.GetAttributes())
        .Where(attribute => attribute.AttributeClass?.Name == "GeneratedRegexAttribute")
        .Select(attribute => attribute.ConstructorArguments.FirstOrDefault().Value as string)
        .FirstOrDefault();

    private static string? PatternOf(ISymbol variable, SocketCompilation compilation, int depth) =>
        variable.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: { } value }
        && compilation.Sources.For(value.SyntaxTree) is { } model
        && model.GetOperation(value) is { } operation
            ? PatternOf(operation, compilation, depth + 1)
            : null;
}
