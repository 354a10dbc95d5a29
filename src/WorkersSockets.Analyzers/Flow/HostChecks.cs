using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Which calls, returning true, prove that a value is one that the program expects.</summary>
internal static class HostChecks
{
    /// <summary>
    /// The value that a true result of the call proves, or null where it proves none: membership in a collection that is not itself
    /// caller-controlled, equality, a suffix with its leading dot, an anchored regular expression.
    /// </summary>
    public static IOperation? ValueChecked(IInvocationOperation call, Func<IOperation, bool> isUnchecked)
    {
        var method = call.TargetMethod;
        var operands = new List<IOperation>();
        if (call.Instance is { } instance)
        {
            operands.Add(instance);
        }

        operands.AddRange(call.Arguments.Select(argument => argument.Value));
        switch (method.Name)
        {
            case "Contains" or "ContainsKey" or "TryGetValue" or "ContainsValue" or "Any" or "Exists" or "BinarySearch" or "TryGetAlternateLookup":
            {
                // "abc".Contains(host) and host.Contains("abc") compare text, not members.
                if (operands.Count < 2 || operands[0].Type?.SpecialType == SpecialType.System_String)
                {
                    return null;
                }

                if (isUnchecked(operands[0]))
                {
                    return null;
                }

                return operands[1] is IDelegateCreationOperation ? null : operands[1];
            }

            case "Equals":
            {
                if (operands.Count < 2)
                {
                    return null;
                }

                return isUnchecked(operands[0]) && !isUnchecked(operands[1]) ? operands[0]
                    : isUnchecked(operands[1]) && !isUnchecked(operands[0]) ? operands[1]
                    : null;
            }

            case "EndsWith" when operands.Count >= 2 && operands[0].Type?.SpecialType == SpecialType.System_String:
                return operands[1].ConstantValue is { HasValue: true, Value: string suffix } && suffix.Length > 2 && suffix[0] == '.' && suffix.IndexOf('.', 1) > 0
                    ? operands[0]
                    : null;
            case "IsMatch" when method.ContainingType is { Name: "Regex" }:
                return AnchoredPattern(call) ? operands.Skip(call.Instance is null ? 0 : 1).FirstOrDefault() : null;
            default:
                return null;
        }
    }

    private static bool AnchoredPattern(IInvocationOperation call)
    {
        var pattern = call.Instance is null
            ? call.Arguments.Skip(1).FirstOrDefault()?.Value.ConstantValue.Value as string
            : PatternOf(call.Instance);

        // A pattern that lets any text through is no check.
        return pattern is { Length: > 2 }
            && (pattern[0] == '^' || pattern.StartsWith("\\A", StringComparison.Ordinal))
            && (pattern[pattern.Length - 1] == '$' || pattern.EndsWith("\\z", StringComparison.OrdinalIgnoreCase))
            && pattern.IndexOf(".*", StringComparison.Ordinal) < 0 && pattern.IndexOf(".+", StringComparison.Ordinal) < 0
            && pattern.IndexOf('\\', 1) is var escape && (escape < 0 || pattern.Any(char.IsLetter))
            && HasLiteralHost(pattern);
    }

    /// <summary>At least one escaped dot with letters around it: a literal domain, not just a shape of one.</summary>
    private static bool HasLiteralHost(string pattern)
    {
        for (var dot = pattern.IndexOf("\\.", StringComparison.Ordinal); dot >= 0; dot = pattern.IndexOf("\\.", dot + 2, StringComparison.Ordinal))
        {
            if (dot + 2 < pattern.Length && char.IsLetter(pattern[dot + 2]) && (dot + 3 >= pattern.Length || char.IsLetter(pattern[dot + 3])))
            {
                return true;
            }
        }

        return false;
    }

    private static string? PatternOf(IOperation instance) => instance switch
    {
        IObjectCreationOperation creation => creation.Arguments.FirstOrDefault()?.Value.ConstantValue.Value as string,
        IFieldReferenceOperation { Field: var field } => PatternOf(field, instance),
        ILocalReferenceOperation { Local: var local } => PatternOf(local, instance),
        _ => null,
    };

    private static string? PatternOf(ISymbol variable, IOperation at) =>
        variable.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is Microsoft.CodeAnalysis.CSharp.Syntax.VariableDeclaratorSyntax { Initializer.Value: { } value }
        && at.SemanticModel is { } model && model.SyntaxTree == value.SyntaxTree
        && model.GetOperation(value) is { } operation
            ? PatternOf(operation is IConversionOperation conversion ? conversion.Operand : operation)
            : null;
}
