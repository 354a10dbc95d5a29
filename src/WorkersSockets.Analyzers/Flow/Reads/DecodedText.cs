using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow.Reads;

/// <summary>What the code does with text that was decoded from one read, and with which encoding it was decoded.</summary>
internal sealed class DecodedText(SocketCompilation compilation, CancellationToken cancellationToken)
{
    /// <summary>Methods in source that one question follows the text into.</summary>
    private const int MaximumMethods = 8;

    /// <summary>Variables that give each other their encoding.</summary>
    private const int MaximumSteps = 4;

    private readonly HashSet<ISymbol> seen = new(SymbolEqualityComparer.Default);
    private int methods;

    /// <summary>What becomes of the text that a use decodes.</summary>
    public static TextUse UsesOf(ReadUse use, SocketCompilation compilation, CancellationToken cancellationToken)
    {
        var text = new DecodedText(compilation, cancellationToken);
        var uses = text.UsesOf(use.Inner, use.Inner.Function());

        // A helper that decodes and returns: the caller says what for.
        return use.Inner != use.Operation && (uses & TextUse.Returned) != 0 ? (uses & ~(TextUse.Returned | TextUse.Processed)) | text.UsesOf(use.Operation, use.Operation.Function()) : uses;
    }

    /// <summary>Whether a decoded text is only compared, split and searched, as answers of a protocol are: nobody sees or keeps its characters.</summary>
    public static bool IsOnlyCompared(IInvocationOperation decode, SocketCompilation compilation, CancellationToken cancellationToken) =>
        new DecodedText(compilation, cancellationToken).UsesOf(decode, decode.Function()) is var uses
        && (uses & (TextUse.Interpreted | TextUse.FirstOnly)) != 0 && (uses & ~(TextUse.Interpreted | TextUse.Searched | TextUse.FirstOnly)) == 0;

    private TextUse UsesOf(IOperation text, IOperation function)
    {
        var value = Outer(text);
        switch (value.Parent)
        {
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }:
                return UsesOf(declarator.Symbol, value.Syntax.SpanStart, function);
            case ISimpleAssignmentOperation assignment when assignment.Value == value:
                return assignment.Target.Symbol() is ILocalSymbol local ? UsesOf(local, value.Syntax.SpanStart, function) : TextUse.Processed;
            case ICompoundAssignmentOperation compound when compound.Value == value:
                return TextUse.Appended;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add }:
                return IsOnlyOutput(value.Parent) ? TextUse.Processed : TextUse.Appended;
            case IBinaryOperation binary when Operations.IsComparison(binary.OperatorKind):
                return ComparesWithEmpty(binary) ? TextUse.None
                    : IsOneCharacter(binary.LeftOperand) || IsOneCharacter(binary.RightOperand) ? TextUse.FirstOnly
                    : TextUse.Interpreted;
            case IIsPatternOperation or ISwitchOperation or ISwitchExpressionOperation:
                return TextUse.Interpreted;
            case IInterpolationOperation:
                return TextUse.Processed;
            case IPropertyReferenceOperation { Property.Name: "Length" }:
                return TextUse.None;
            case IPropertyReferenceOperation { Property.IsIndexer: true }:
                return TextUse.Interpreted;
            case IInvocationOperation call when call.Instance == value:
                return OfMethod(call, isReceiver: true);
            case IArgumentOperation { Parent: IInvocationOperation call } argument:
                return OfHelper(call, argument) ?? OfMethod(call, isReceiver: false);
            case IReturnOperation:
                return TextUse.Processed | TextUse.Returned;
            default:
                return TextUse.Processed;
        }
    }

    private TextUse UsesOf(ISymbol variable, int from, IOperation function)
    {
        var uses = TextUse.None;
        if (!seen.Add(variable))
        {
            return uses;
        }

        foreach (var reference in compilation.Sources.IndexOf(function, cancellationToken).ReferencesTo(variable))
        {
            if (reference.Syntax.SpanStart > from && reference.IsInside(function)
                && !(reference.Parent is IAssignmentOperation assignment && assignment.Target == reference))
            {
                uses |= UsesOf(reference, function);
            }
        }

        return uses;
    }

    /// <summary>What a method in source does with the text that it is given; null where there is nothing to see.</summary>
    private TextUse? OfHelper(IInvocationOperation call, IArgumentOperation argument)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (methods >= MaximumMethods || argument.Parameter is not { } position || compilation.Summaries.Resolve(call.TargetMethod)?.OriginalDefinition is not { } method
            || position.Ordinal >= method.Parameters.Length
            || compilation.Sources.OperationOf(method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken), cancellationToken) is not { } body)
        {
            return null;
        }

        methods++;
        var uses = UsesOf(method.Parameters[position.Ordinal], -1, body);
        return uses == TextUse.None ? null : uses & ~TextUse.Returned;
    }

    private static TextUse OfMethod(IInvocationOperation call, bool isReceiver)
    {
        var method = call.TargetMethod;
        var name = method.Name;
        if (method.ContainingType.SpecialType == SpecialType.System_String)
        {
            return name switch
            {
                "Concat" or "Join" => TextUse.Appended,
                "IsNullOrEmpty" or "IsNullOrWhiteSpace" => TextUse.None,
                // No chunk boundary splits a single character that is looked for.
                "Contains" or "IndexOf" or "EndsWith" or "LastIndexOf" when IsOneCharacter(call.Arguments.Argument(0)) => TextUse.Searched,
                "Contains" or "IndexOf" or "EndsWith" or "LastIndexOf" or "IndexOfAny" => TextUse.Interpreted | TextUse.Searched,
                "StartsWith" when IsOneCharacter(call.Arguments.Argument(0)) => TextUse.FirstOnly,
                "Format" or "CopyTo" => TextUse.Processed,
                _ => TextUse.Interpreted,
            };
        }

        if (!isReceiver && (name.StartsWith("Append", StringComparison.Ordinal) || name.StartsWith("Add", StringComparison.Ordinal) || name is "Enqueue" or "Push" or "Insert" or "Feed"))
        {
            return TextUse.Appended;
        }

        return name is "Parse" or "TryParse" or "Deserialize" or "DeserializeObject" or "Match" or "Matches" or "IsMatch" or "Split" or "Equals" or "ContainsKey" or "TryGetValue" or "SequenceEqual"
            || name.StartsWith("Parse", StringComparison.Ordinal) || (name.StartsWith("To", StringComparison.Ordinal) && method.ContainingType.Name == "Convert")
            ? TextUse.Interpreted | TextUse.Parsed
            : TextUse.Processed;
    }

    private static bool IsOneCharacter(IOperation? value) => value?.Unwrap().ConstantValue is { HasValue: true, Value: char or string { Length: 1 } };

    /// <summary>The text after calls that give text again: Trim, Replace, ToUpper.</summary>
    private static IOperation Outer(IOperation text)
    {
        var current = text;
        while (true)
        {
            switch (current.Parent)
            {
                case IConversionOperation or IParenthesizedOperation:
                    current = current.Parent;
                    continue;
                case IInvocationOperation call when call.Instance == current && call.Type?.SpecialType == SpecialType.System_String
                    && call.TargetMethod.Name is not ("Substring" or "Remove"):
                    current = call;
                    continue;
                default:
                    return current;
            }
        }
    }

    /// <summary>"got: " + text, directly written out: no gathering.</summary>
    private static bool IsOnlyOutput(IOperation sum)
    {
        var current = sum;
        while (current.Parent is IBinaryOperation or IConversionOperation or IParenthesizedOperation)
        {
            current = current.Parent;
        }

        return current.Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: var name } }
            && (name.StartsWith("Write", StringComparison.Ordinal) || name.StartsWith("Log", StringComparison.Ordinal));
    }

    private static bool ComparesWithEmpty(IBinaryOperation binary) => IsEmpty(binary.LeftOperand) || IsEmpty(binary.RightOperand);

    private static bool IsEmpty(IOperation operation) => operation.Unwrap() is var value
        && ((value.ConstantValue is { HasValue: true, Value: null or "" }) || value is IFieldReferenceOperation { Field.Name: "Empty" });

    // ---- Encodings

    /// <summary>Whether one character may take several bytes; null where the encoding is <c>Encoding.Default</c>.</summary>
    public static bool? IsMultiByte(IOperation decode, SocketCompilation compilation, CancellationToken cancellationToken)
    {
        if (decode is not IInvocationOperation call || call.TargetMethod.ContainingType.Name == "TextCodec")
        {
            return decode is IInvocationOperation;
        }

        var encoding = Operations.ReceiverOf(call);
        return IsMultiByteEncoding(encoding, compilation, cancellationToken);
    }

    private static bool? IsMultiByteEncoding(IOperation? encoding, SocketCompilation compilation, CancellationToken cancellationToken)
    {
        switch (encoding?.Unwrap())
        {
            case IPropertyReferenceOperation { Property: { Name: var name, ContainingType.Name: "Encoding" } }:
                return name switch
                {
                    "ASCII" or "Latin1" => false,
                    "Default" => null,
                    _ => true,
                };
            case IInvocationOperation { TargetMethod: { Name: "GetEncoding", ContainingType.Name: "Encoding" }, Arguments: { Length: > 0 } arguments }:
                return arguments[0].Value.ConstantValue switch
                {
                    { HasValue: true, Value: string name } => !IsSingleByte(name),
                    { HasValue: true, Value: int page } => page is 65001 or 1200 or 1201 or 12000 or 932 or 936 or 949 or 950 or 54936,
                    _ => true,
                };
            case IObjectCreationOperation { Type.Name: "ASCIIEncoding" }:
                return false;
            case { } value when Origin(value, compilation, cancellationToken) is { } origin && origin != value:
                return IsMultiByteEncoding(origin, compilation, cancellationToken);
            default:
                return true;
        }
    }

    /// <summary>The expression that a local, field or property gets its encoding from where it is declared; else the operation itself.</summary>
    public static IOperation? Origin(IOperation? encoding, SocketCompilation compilation, CancellationToken cancellationToken)
    {
        var origin = encoding?.Unwrap();
        for (var depth = 0; depth < MaximumSteps && origin.Symbol() is { } symbol && NextOf(symbol) is { } next; depth++)
        {
            origin = next.Unwrap();
        }

        return origin;

        IOperation? NextOf(ISymbol symbol) => symbol.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax(cancellationToken) switch
        {
            Microsoft.CodeAnalysis.CSharp.Syntax.VariableDeclaratorSyntax { Initializer: { } initial } => initial.Value,
            Microsoft.CodeAnalysis.CSharp.Syntax.PropertyDeclarationSyntax { Initializer: { } initial } => initial.Value,
            Microsoft.CodeAnalysis.CSharp.Syntax.PropertyDeclarationSyntax { ExpressionBody: { } body } => body.Expression,
            _ => null,
        }).Select(value => compilation.Sources.OperationOf(value, cancellationToken)).FirstOrDefault(value => value is not null);
    }

    private static bool IsSingleByte(string name) => name.StartsWith("iso-8859", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("windows-125", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("ibm", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("koi8", StringComparison.OrdinalIgnoreCase)
        || name.Equals("us-ascii", StringComparison.OrdinalIgnoreCase)
        || name.Equals("ascii", StringComparison.OrdinalIgnoreCase)
        || name.Equals("latin1", StringComparison.OrdinalIgnoreCase);
}
