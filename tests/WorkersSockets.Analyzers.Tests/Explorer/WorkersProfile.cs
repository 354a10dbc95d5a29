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

    /// <summary>Likewise, its properties.</summary>
    private static readonly Dictionary<string, string[]> MappedProperties = new()
    {
        ["System.Threading.Tasks.Task"] = ["CompletedTask"],
        ["System.Threading.Tasks.ValueTask"] = ["CompletedTask"],
        ["System.Threading.CancellationTokenSource"] = ["Token", "IsCancellationRequested"],
        ["System.Threading.CancellationToken"] = ["None", "CanBeCanceled", "IsCancellationRequested"],
        ["string"] = ["Length"],
        ["System.Array"] = ["Length"],
        ["System.ReadOnlyMemory<T>"] = ["Length"],
        ["System.Text.Encoding"] = ["UTF8"],
        ["System.Text.StringBuilder"] = ["Length"],
        ["System.Console"] = ["Error"],
        ["System.DateTimeOffset"] = ["UtcNow"],
        ["System.TimeSpan"] = ["TotalMilliseconds"],
        ["System.Collections.Generic.List<T>"] = ["Count"],
        ["System.Collections.Generic.HashSet<T>"] = ["Count"],
        ["System.Collections.Generic.Dictionary<TKey, TValue>"] = ["Count"],
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
            case BlockSyntax { Parent: BlockSyntax or SwitchSectionSyntax or GlobalStatementSyntax }:
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
            case IdentifierNameSyntax { Identifier.Text: "_" } name when model.GetSymbolInfo(name, token).Symbol is IDiscardSymbol:
                return "discard";
            case DiscardDesignationSyntax:
                return "discard";
            case ParenthesizedVariableDesignationSyntax:
                return "deconstruction";
            case TypeParameterListSyntax { Parent: TypeDeclarationSyntax }:
                return "generic type";
            case PointerTypeSyntax or FunctionPointerTypeSyntax or IdentifierNameSyntax { Identifier.Text: "dynamic" }:
                return "type without mapping";
            case ArrayRankSpecifierSyntax { Rank: > 1 }:
                return "array of several dimensions";
            case ArgumentSyntax { RefKindKeyword.RawKind: not 0, Parent.Parent: InvocationExpressionSyntax { Expression: var callee } } when model.GetSymbolInfo(callee, token).Symbol is IMethodSymbol method && !IsFramework(method.ContainingType):
                return "argument by reference";
            case FieldDeclarationSyntax { Modifiers: var modifiers } field when modifiers.Any(SyntaxKind.StaticKeyword) && KeepsNoState(field, model, token):
                return "static state";
            case PropertyDeclarationSyntax { Modifiers: var modifiers, ExpressionBody: null } property when modifiers.Any(SyntaxKind.StaticKeyword) && KeepsNoState(property, model, token):
                return "static state";
            case DefaultExpressionSyntax when model.GetTypeInfo(node, token).Type?.Name != "CancellationToken":
                return "default";
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
            case ParameterSyntax { Type: { } type, Parent.Parent: MethodDeclarationSyntax } when model.GetTypeInfo(type, token).Type?.TypeKind == TypeKind.Delegate:
                return "parameter of a delegate type";
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
            // With C# 14 it is another method, which has no mapping.
            "Contains" when type.Name == "Enumerable" && call.Arguments[0].Value is { Type.TypeKind: TypeKind.Array } or IConversionOperation { Operand.Type.TypeKind: TypeKind.Array } => "Contains of an array",
            "Trim" when !method.Parameters.IsEmpty => "Trim with characters",
            "FromSeconds" or "FromMilliseconds" or "FromMinutes" or "FromHours" or "FromDays" when method.Parameters.Length != 1 => $"{method.Name} of several parts",
            _ when call.Arguments.Any(argument => argument.Value.Type?.Name == "StringComparison" && argument.Value is not IFieldReferenceOperation { Field.Name: "Ordinal" or "OrdinalIgnoreCase" }) => "comparison that is not ordinal",
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
            : type.Name is "HashSet" or "Dictionary" && created.Arguments.Any(argument => argument.Value.Type?.Name is "StringComparer" or "IEqualityComparer") ? "set with a comparer"
            : null;
    }

    private static string? Property(IPropertySymbol property)
    {
        var type = property.ContainingType.OriginalDefinition;
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.ToString() == "System.Exception")
            {
                return property.Name == "Message" ? null : $"Exception.{property.Name}";
            }
        }

        return !IsFramework(type) || (MappedProperties.TryGetValue(type.ToString()!, out var names) && names.Contains(property.Name)) ? null : $"{type.Name}.{property.Name}";
    }

    /// <summary>Static state is kept by top-level, non-generic, non-partial classes that nothing makes instances of.</summary>
    private static bool KeepsNoState(MemberDeclarationSyntax member, SemanticModel model, CancellationToken token) =>
        member.Parent is TypeDeclarationSyntax type
        && (type.Parent is TypeDeclarationSyntax || type.TypeParameterList is not null || type.Modifiers.Any(SyntaxKind.PartialKeyword) || type.BaseList is not null
            || type.AttributeLists.SelectMany(list => list.Attributes).Any(attribute => attribute.Name.ToString() is "DurableObject" or "WorkerEntrypoint")
            || type.SyntaxTree.GetRoot(token).DescendantNodes().OfType<BaseObjectCreationExpressionSyntax>()
                .Any(creation => SymbolEqualityComparer.Default.Equals(model.GetTypeInfo(creation, token).Type, model.GetDeclaredSymbol(type, token))));

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
