using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Tests.Explorer;

/// <summary>Finds C# that compiles but that the Workers compiler does not accept: no fix may write it on that surface.</summary>
internal static class WorkersProfile
{
    /// <summary>Methods of the framework that it maps, by type; of types that are not named here it maps none.</summary>
    private static readonly Dictionary<string, string[]> Mapped = new()
    {
        ["System.Threading.Tasks.Task"] = ["FromResult", "WhenAll", "Delay"],
        ["System.Threading.Tasks.Task<TResult>"] = [],
        ["System.Threading.Tasks.ValueTask"] = ["FromResult"],
        ["System.Threading.CancellationTokenSource"] = ["CancelAfter", "Cancel", "Dispose"],
        ["System.Threading.CancellationToken"] = ["ThrowIfCancellationRequested"],
        ["string"] = ["Equals", "Contains", "StartsWith", "EndsWith", "IndexOf", "ToLowerInvariant", "Trim", "Split", "Substring", "Replace", "Join", "Concat", "IsNullOrEmpty", "IsNullOrWhiteSpace"],
        ["System.Text.Encoding"] = ["GetBytes"],
        ["System.Console"] = ["WriteLine"],
        ["System.IO.TextWriter"] = ["WriteLine"],
        ["System.TimeSpan"] = ["FromSeconds", "FromMilliseconds", "FromMinutes", "FromHours", "FromDays"],
        ["System.Convert"] = ["ToHexString", "FromHexString", "ToBase64String", "FromBase64String"],
        ["System.Collections.Generic.List<T>"] = ["Add", "Contains"],
        ["System.Collections.Generic.HashSet<T>"] = ["Add", "Contains"],
        ["System.Collections.Generic.Dictionary<TKey, TValue>"] = ["Add", "ContainsKey", "TryGetValue"],
        ["int"] = ["Parse", "TryParse", "ToString"],
        ["System.Linq.Enumerable"] =
        [
            "Where", "Select", "SelectMany", "Skip", "Take", "SkipWhile", "TakeWhile", "Chunk", "Any", "All", "Count", "Contains", "Distinct", "Concat", "First", "FirstOrDefault", "Last", "LastOrDefault",
            "Single", "SingleOrDefault", "OrderBy", "OrderByDescending", "ThenBy", "GroupBy", "ToDictionary", "ToArray", "ToList", "Zip", "Aggregate", "Join",
        ],
    };

    private static readonly string[] Constructible =
        ["System.Threading.CancellationTokenSource", "System.Collections.Generic.List<T>", "System.Collections.Generic.HashSet<T>", "System.Collections.Generic.Dictionary<TKey, TValue>", "System.Text.StringBuilder"];

    /// <summary>What a tree has that is not accepted, each with its text.</summary>
    public static IReadOnlyList<string> Violations(SemanticModel model, CancellationToken token)
    {
        var found = new List<string>();
        foreach (var node in model.SyntaxTree.GetRoot(token).DescendantNodes())
        {
            if (Violation(node, model, token) is { } violation)
            {
                found.Add($"{violation}: {node.ToString().Split('\n')[0].Trim()}");
            }
        }

        return found;
    }

    private static string? Violation(SyntaxNode node, SemanticModel model, CancellationToken token)
    {
        switch (node)
        {
            case LocalFunctionStatementSyntax:
                return "local function";
            case BlockSyntax { Parent: BlockSyntax }:
                return "bare block";
            case EmptyStatementSyntax:
                return "empty statement";
            case LockStatementSyntax or GotoStatementSyntax or LabeledStatementSyntax or CheckedStatementSyntax or FixedStatementSyntax or UnsafeStatementSyntax:
                return "statement without mapping";
            case YieldStatementSyntax { RawKind: (int)SyntaxKind.YieldBreakStatement }:
                return "yield break";
            case UsingStatementSyntax { Expression: not null }:
                return "using of an expression";
            case UsingStatementSyntax { AwaitKeyword.RawKind: not 0 } or LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0, AwaitKeyword.RawKind: not 0 } when IsFramework(UsedType(node, model, token)):
                return "await using of a framework type";
            case LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0, Parent: BlockSyntax { Parent: AnonymousFunctionExpressionSyntax } }:
                return "using declaration in a lambda";
            case AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.Text: "_" } left } when model.GetSymbolInfo(left, token).Symbol is IDiscardSymbol:
                return "discard";
            case AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceAssignmentExpression }:
                return "??=";
            case RangeExpressionSyntax or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.IndexExpression }:
                return "range or index from the end";
            case StackAllocArrayCreationExpressionSyntax or ImplicitStackAllocArrayCreationExpressionSyntax or QueryExpressionSyntax or TupleExpressionSyntax or TupleTypeSyntax or ForEachVariableStatementSyntax:
                return "expression without mapping";
            case LiteralExpressionSyntax { RawKind: (int)SyntaxKind.DefaultLiteralExpression } when model.GetTypeInfo(node, token).ConvertedType?.Name != "CancellationToken":
                return "default";
            case CatchDeclarationSyntax catches when model.GetTypeInfo(catches.Type, token).Type is { Name: not "Exception" } type && type.DeclaringSyntaxReferences.IsEmpty:
                return "catch of a framework exception";
            case MethodDeclarationSyntax { TypeParameterList: not null }:
                return "generic method";
            case ParameterSyntax { Modifiers: var modifiers } when modifiers.Any(modifier => modifier.Kind() is SyntaxKind.ThisKeyword or SyntaxKind.RefKeyword or SyntaxKind.OutKeyword or SyntaxKind.InKeyword or SyntaxKind.ParamsKeyword):
                return "parameter with a modifier";
            case CollectionExpressionSyntax when model.GetTypeInfo(node, token).ConvertedType?.Name == "HashSet":
                return "collection expression of a set";
            case ConditionalAccessExpressionSyntax:
                return "conditional access";
            case InvocationExpressionSyntax invocation when model.GetOperation(invocation, token) is IInvocationOperation call:
                return Call(call);
            case BaseObjectCreationExpressionSyntax creation when model.GetOperation(creation, token) is IObjectCreationOperation { Type: { } type } created:
                return Creation(type, created);
            case MemberAccessExpressionSyntax access when model.GetSymbolInfo(access, token).Symbol is IPropertySymbol property:
                return Property(property);
            default:
                return null;
        }
    }

    private static string? Call(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        var type = method.ContainingType.OriginalDefinition;
        if (method.MethodKind == MethodKind.DelegateInvoke)
        {
            return "call of a delegate";
        }

        if (!IsFramework(type) || type.ToString() == "System.Text.StringBuilder")
        {
            return null;
        }

        if (!Mapped.TryGetValue(type.ToString()!, out var names) || !names.Contains(method.Name))
        {
            return $"{type.Name}.{method.Name}";
        }

        return method.Name switch
        {
            "CancelAfter" when method.Parameters[0].Type.SpecialType != SpecialType.System_Int32 => "CancelAfter(TimeSpan)",
            "Trim" when !method.Parameters.IsEmpty => "Trim with characters",
            "GetBytes" when call.Instance is not IPropertyReferenceOperation { Property.Name: "UTF8" } => "GetBytes of another encoding",
            _ => null,
        };
    }

    private static string? Creation(ITypeSymbol type, IObjectCreationOperation created)
    {
        if (!IsFramework(type) || type.IsValueType)
        {
            return null;
        }

        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.ToString() == "System.Exception")
            {
                return null;
            }
        }

        return !Constructible.Contains(type.OriginalDefinition.ToString()) ? $"new {type.Name}"
            : type.Name == "CancellationTokenSource" && created.Arguments.Length > 0 ? "new CancellationTokenSource with a time"
            : type.Name == "HashSet" && created.Arguments.Any(argument => argument.Value.Type?.Name == "StringComparer") ? "set with a comparer"
            : null;
    }

    private static string? Property(IPropertySymbol property) => property.ContainingType switch
    {
        { Name: "ReadOnlyMemory" or "Memory" or "Span" or "ReadOnlySpan" } when property.Name != "Length" => $"{property.ContainingType.Name}.{property.Name}",
        { Name: "Environment" or "Stopwatch" or "Thread" } type when IsFramework(type) => $"{type.Name}.{property.Name}",
        { Name: "Encoding" } type when IsFramework(type) && property.Name != "UTF8" => $"Encoding.{property.Name}",
        { } type when type.ContainingNamespace?.ToString() is { } name && (name == "System.Net" || name.StartsWith("System.Net.", StringComparison.Ordinal)) => $"{type.Name}.{property.Name}",
        _ => null,
    };

    private static ITypeSymbol? UsedType(SyntaxNode node, SemanticModel model, CancellationToken token) =>
        node.DescendantNodes().OfType<VariableDeclarationSyntax>().FirstOrDefault() is { } declaration ? model.GetTypeInfo(declaration.Type, token).Type : null;

    private static bool IsFramework(ITypeSymbol? type)
    {
        for (var space = type?.ContainingNamespace; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
        {
            if (space is { Name: "System", ContainingNamespace.IsGlobalNamespace: true })
            {
                return type!.DeclaringSyntaxReferences.IsEmpty;
            }
        }

        return false;
    }
}
