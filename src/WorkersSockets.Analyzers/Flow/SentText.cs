using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Flow.Constants;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>
/// The text that an expression stands for, its pieces in order, with <see cref="ConstantValue.Hole"/> for each piece that is not
/// known: through literals, interpolation, concatenation, encodings, string builders, variables and methods that build text.
/// </summary>
internal sealed class SentText
{
    private const int MaximumDepth = 24;
    private const int MaximumLength = 8192;
    private const string Unknown = "\uFFFC";

    private readonly SocketCompilation compilation;
    private readonly CancellationToken cancellationToken;
    private readonly HashSet<ISymbol> entered = new(SymbolEqualityComparer.Default);

    private SentText(SocketCompilation compilation, CancellationToken cancellationToken)
    {
        this.compilation = compilation;
        this.cancellationToken = cancellationToken;
    }

    /// <summary>The text of an operation of a source body.</summary>
    public static string Of(IOperation operation, SocketCompilation compilation, CancellationToken cancellationToken) =>
        new SentText(compilation, cancellationToken).Read(operation, 0);

    private string Read(IOperation? operation, int depth)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (operation is null || depth > MaximumDepth)
        {
            return Unknown;
        }

        if (operation.ConstantValue is { HasValue: true } constant)
        {
            return constant.Value switch
            {
                string text => text,
                char character => character.ToString(),
                null => "",
                IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
                _ => Unknown,
            };
        }

        return operation switch
        {
            IUtf8StringOperation utf8 => utf8.Value,
            IConversionOperation conversion => Read(conversion.Operand, depth + 1),
            IParenthesizedOperation parenthesized => Read(parenthesized.Operand, depth + 1),
            IAwaitOperation awaited => Read(awaited.Operation, depth + 1),
            IInterpolatedStringOperation interpolated => Concat(interpolated.Parts.Select(part => part switch
            {
                IInterpolatedStringTextOperation text => Read(text.Text, depth + 1),
                IInterpolationOperation hole => Read(hole.Expression, depth + 1),
                _ => Unknown,
            })),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum => Concat(new[] { Read(sum.LeftOperand, depth + 1), Read(sum.RightOperand, depth + 1) }),
            IConditionalOperation { WhenFalse: { } otherwise } choice => Longer(Read(choice.WhenTrue, depth + 1), Read(otherwise, depth + 1)),
            ICoalesceOperation coalesce => Longer(Read(coalesce.Value, depth + 1), Read(coalesce.WhenNull, depth + 1)),
            ILocalReferenceOperation { Local: var local } => OfLocal(local, operation, depth),
            IFieldReferenceOperation { Field: var field } when field.IsReadOnly || field.IsStatic => OfInitializer(field, depth),
            IPropertyReferenceOperation { Property: { SetMethod: null } property } => OfInitializer(property, depth),
            IObjectCreationOperation creation => creation.Arguments.Length == 0 ? "" : Read(creation.Arguments[0].Value, depth + 1),
            IInvocationOperation call => OfCall(call, depth),
            _ => Unknown,
        };
    }

    private string OfCall(IInvocationOperation call, int depth)
    {
        var method = call.TargetMethod;
        var receiver = call.Instance ?? (method.IsExtensionMethod && call.Arguments.Length > 0 ? call.Arguments[0].Value : null);
        switch (method.Name)
        {
            case "GetBytes" when method.ContainingType?.ContainingNamespace?.ToDisplayString() == "System.Text":
                return call.Arguments.Length == 0 ? Unknown : Read(call.Arguments[0].Value, depth + 1);
            case "AsMemory" or "AsSpan" or "ToArray" or "Slice" or "ToCharArray" or "ToString" or "Trim" or "TrimEnd" or "TrimStart" or "Replace" or "ReplaceLineEndings"
                or "ToList" or "AsEnumerable" or "ConfigureAwait":
                return Read(receiver, depth + 1);
            case "Concat" when method.ContainingType?.SpecialType == SpecialType.System_String:
                return Concat(call.Arguments.SelectMany(argument => Elements(argument.Value)).Select(each => Read(each, depth + 1)));
            case "Join" when method.ContainingType?.SpecialType == SpecialType.System_String && call.Arguments.Length >= 2:
            {
                var separator = Read(call.Arguments[0].Value, depth + 1);
                return Bound(string.Join(separator, call.Arguments.Skip(1).SelectMany(argument => Elements(argument.Value)).Select(each => Read(each, depth + 1))));
            }

            case "Format" when method.ContainingType?.SpecialType == SpecialType.System_String:
                return Read(call.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == "format")?.Value, depth + 1);
            case "Append" or "AppendLine" or "AppendFormat" when method.ContainingType?.Name == "StringBuilder":
                return Concat(new[] { Read(call.Instance, depth + 1), Appended(call, depth) });
        }

        // A method of the program's own that builds the text.
        if (compilation.Summaries.Resolve(method) is not { } target || !entered.Add(target))
        {
            return Unknown;
        }

        var result = "";
        foreach (var reference in target.DeclaringSyntaxReferences)
        {
            foreach (var returned in Returned(reference.GetSyntax(cancellationToken)))
            {
                result = Longer(result, Read(compilation.Sources.OperationOf(returned, cancellationToken), depth + 1));
            }
        }

        entered.Remove(target);
        return result.Length == 0 ? Unknown : result;
    }

    private static IEnumerable<ExpressionSyntax> Returned(SyntaxNode declaration)
    {
        var arrow = declaration switch
        {
            MethodDeclarationSyntax method => method.ExpressionBody,
            LocalFunctionStatementSyntax function => function.ExpressionBody,
            _ => null,
        };
        return arrow is not null
            ? new[] { arrow.Expression }
            : declaration.DescendantNodes(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax) || node == declaration)
                .OfType<ReturnStatementSyntax>().Select(statement => statement.Expression).OfType<ExpressionSyntax>();
    }

    private string Appended(IInvocationOperation call, int depth)
    {
        var text = call.Arguments.FirstOrDefault(argument => argument.Parameter?.Name is "value" or "format" or "handler")?.Value;
        var content = text is null ? "" : Read(text, depth + 1);
        return call.TargetMethod.Name == "AppendLine" ? content + "\r\n" : content;
    }

    /// <summary>Everything that the variable is given: its initializer, what is assigned, added or appended, in the order of the source.</summary>
    private string OfLocal(ILocalSymbol local, IOperation use, int depth)
    {
        if (!entered.Add(local))
        {
            return Unknown;
        }

        var text = new StringBuilder();
        var index = compilation.Sources.IndexOf(use, cancellationToken);
        var appends = local.Type.Name == "StringBuilder" ? index.Calls.Where(call => IsAppend(call) && !IsContinued(call) && Same(Builder(call))) : [];
        foreach (var operation in index.WritesTo(local).Concat(appends).OrderBy(operation => operation.Syntax.SpanStart))
        {
            text.Append(operation switch
            {
                IVariableDeclaratorOperation declarator when declarator.GetVariableInitializer() is { } initializer => Read(initializer.Value, depth + 1),
                ISimpleAssignmentOperation { Target: ILocalReferenceOperation } assignment => "\n" + Read(assignment.Value, depth + 1),
                ICompoundAssignmentOperation { Target: ILocalReferenceOperation } assignment => Read(assignment.Value, depth + 1),
                IInvocationOperation call => Chain(call, depth),
                _ => "",
            });
            if (text.Length >= MaximumLength)
            {
                break;
            }
        }

        entered.Remove(local);
        return text.Length == 0 ? Unknown : text.ToString();

        bool Same(ISymbol? other) => SymbolEqualityComparer.Default.Equals(other, local);
    }

    private static bool IsAppend(IInvocationOperation call) =>
        call.TargetMethod is { Name: "Append" or "AppendLine" or "AppendFormat", ContainingType.Name: "StringBuilder" };

    private static bool IsContinued(IInvocationOperation call) => call.Parent is IInvocationOperation outer && outer.Instance == call && IsAppend(outer);

    /// <summary>The variable at the start of a chain of appends.</summary>
    private static ISymbol? Builder(IInvocationOperation call) => call.Instance switch
    {
        ILocalReferenceOperation local => local.Local,
        IInvocationOperation inner when IsAppend(inner) => Builder(inner),
        _ => null,
    };

    private string Chain(IInvocationOperation call, int depth) =>
        (call.Instance is IInvocationOperation inner && IsAppend(inner) ? Chain(inner, depth) : "") + Appended(call, depth);

    private string OfInitializer(ISymbol member, int depth)
    {
        if (member.DeclaringSyntaxReferences.Length != 1 || !entered.Add(member))
        {
            return Unknown;
        }

        var value = member.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken) switch
        {
            VariableDeclaratorSyntax declarator => declarator.Initializer?.Value,
            PropertyDeclarationSyntax property => property.Initializer?.Value ?? property.ExpressionBody?.Expression,
            _ => null,
        };
        var text = Read(compilation.Sources.OperationOf(value, cancellationToken), depth + 1);
        entered.Remove(member);
        return text;
    }

    /// <summary>The elements of an array or collection that is written out, else the operation itself.</summary>
    private static IEnumerable<IOperation> Elements(IOperation operation) => Operations.UnwrapValue(operation) switch
    {
        IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues,
        { Syntax: CollectionExpressionSyntax } list => list.ChildOperations,

        // "params ReadOnlySpan<string>": newer compilers list the arguments in an operation that older ones do not know.
        { Type: INamedTypeSymbol { Name: "ReadOnlySpan", TypeArguments: { Length: 1 } elements }, ChildOperations: { Count: > 0 } children } when elements[0].SpecialType is SpecialType.System_String or SpecialType.System_Object => children,
        var other => ImmutableArray.Create(other),
    };

    private static string Longer(string left, string right) => right.Length > left.Length ? right : left;

    private static string Concat(IEnumerable<string> pieces) => Bound(string.Concat(pieces));

    private static string Bound(string text) => text.Length > MaximumLength ? text.Substring(0, MaximumLength) : text;
}
