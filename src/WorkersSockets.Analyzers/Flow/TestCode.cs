using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Configuration;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Tells code that is not meant to be deployed: tests, debug blocks and branches for development machines.</summary>
internal static class TestCode
{
    /// <summary>Assemblies that only test projects reference.</summary>
    private static readonly ImmutableHashSet<string> Frameworks = ImmutableHashSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "xunit.core", "xunit.assert", "xunit.v3.core", "xunit.v3.assert", "nunit.framework", "TUnit.Core",
        "Microsoft.VisualStudio.TestPlatform.TestFramework", "MSTest.TestFramework", "Microsoft.TestPlatform.CoreUtilities",
        "Microsoft.VisualStudio.TestPlatform.ObjectModel", "Microsoft.NET.Test.Sdk", "Microsoft.Testing.Platform");

    private static readonly ImmutableHashSet<string> Attributes = ImmutableHashSet.Create(
        "FactAttribute", "TheoryAttribute", "TestAttribute", "TestCaseAttribute", "TestCaseSourceAttribute", "TestFixtureAttribute",
        "SetUpAttribute", "OneTimeSetUpAttribute", "TestClassAttribute", "TestMethodAttribute", "DataTestMethodAttribute",
        "TestInitializeAttribute", "ClassInitializeAttribute", "SetUpFixtureAttribute");

    /// <summary>Whether the compilation is a test project.</summary>
    public static bool IsTestProject(Compilation compilation) =>
        compilation.ReferencedAssemblyNames.Any(assembly => Frameworks.Contains(assembly.Name));

    /// <summary>Whether a body belongs to a test, and the options do not ask for tests to be analyzed.</summary>
    public static bool Contains(ISymbol owner, SocketCompilation compilation, SocketOptions options) =>
        !options.IncludeTests && (compilation.IsTestProject || IsTest(owner, compilation));

    /// <summary>Whether an operation is left out of a release, or runs on a development machine only.</summary>
    public static bool IsDevelopmentOnly(IOperation? operation, SourceModels sources) =>
        operation is not null && (IsInDebugBlock(operation.Syntax) || IsInDevelopmentBranch(operation, sources));

    /// <summary>Whether a place is in a delegate that is handed to an assertion of a failure: <c>Assert.Throws&lt;…&gt;(() => …)</c>.</summary>
    public static bool IsExpectedToThrow(SyntaxNode node) => node.Ancestors()
        .TakeWhile(ancestor => ancestor is not MemberDeclarationSyntax)
        .OfType<AnonymousFunctionExpressionSyntax>()
        .Any(lambda => lambda.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: var method } } }
            && method.StartsWith("Throws", StringComparison.Ordinal));

    /// <summary>A method, or a type one of whose methods, carries an attribute of a test framework.</summary>
    private static bool IsTest(ISymbol owner, SocketCompilation compilation)
    {
        for (ISymbol? current = owner; current is not (null or INamespaceSymbol); current = current.ContainingSymbol)
        {
            if (current is INamedTypeSymbol type ? compilation.TestTypes.GetOrAdd(type, IsTestType) : HasTestAttribute(current))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsTestType(INamedTypeSymbol type) =>
        HasTestAttribute(type) || type.GetMembers().Any(member => member is IMethodSymbol && HasTestAttribute(member));

    private static bool HasTestAttribute(ISymbol symbol) =>
        symbol.GetAttributes().Any(attribute => attribute.AttributeClass is { } type && Attributes.Contains(type.Name));

    /// <summary>Between <c>#if DEBUG</c> and its end, or in a method that is called in debug builds only.</summary>
    private static bool IsInDebugBlock(SyntaxNode node)
    {
        for (var current = node; current is not null; current = current.Parent)
        {
            var attributes = current switch
            {
                MethodDeclarationSyntax method => method.AttributeLists,
                LocalFunctionStatementSyntax function => function.AttributeLists,
                _ => default,
            };
            if (attributes.SelectMany(list => list.Attributes).Any(attribute =>
                attribute.Name.ToString() is "Conditional" or "ConditionalAttribute" or "System.Diagnostics.Conditional"
                && attribute.ArgumentList?.Arguments.FirstOrDefault()?.ToString() is "\"DEBUG\""))
            {
                return true;
            }
        }

        var root = node.SyntaxTree.GetRoot();
        if (!root.ContainsDirectives)
        {
            return false;
        }

        var open = new Stack<bool>();
        for (var directive = root.GetFirstDirective(); directive is not null && directive.SpanStart < node.SpanStart; directive = directive.GetNextDirective())
        {
            switch (directive)
            {
                case IfDirectiveTriviaSyntax condition:
                    open.Push(condition.BranchTaken && NamesDebug(condition.Condition));
                    break;
                case ElifDirectiveTriviaSyntax condition when open.Count > 0:
                    open.Pop();
                    open.Push(condition.BranchTaken && NamesDebug(condition.Condition));
                    break;
                case ElseDirectiveTriviaSyntax otherwise when open.Count > 0:
                    open.Pop();
                    open.Push(otherwise.BranchTaken && otherwise.GetRelatedDirectives().OfType<IfDirectiveTriviaSyntax>().Any(condition =>
                        condition.Condition is PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression, Operand: var operand } && NamesDebug(operand)));
                    break;
                case EndIfDirectiveTriviaSyntax when open.Count > 0:
                    open.Pop();
                    break;
            }
        }

        return open.Contains(true);
    }

    private static bool NamesDebug(ExpressionSyntax condition) => condition switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText == "DEBUG",
        ParenthesizedExpressionSyntax parenthesized => NamesDebug(parenthesized.Expression),
        BinaryExpressionSyntax binary => NamesDebug(binary.Left) || NamesDebug(binary.Right),
        _ => false,
    };

    /// <summary>In the branch of an <c>if</c> or <c>?:</c> that runs on a development machine.</summary>
    private static bool IsInDevelopmentBranch(IOperation operation, SourceModels sources)
    {
        for (var current = operation; current.Parent is { } parent; current = parent)
        {
            if (parent is IConditionalOperation choice && current != choice.Condition)
            {
                if (AsksForDevelopment(choice.Condition, sources, following: 3) is { } isDevelopment && isDevelopment == (current == choice.WhenTrue))
                {
                    return true;
                }
            }
            else if (parent is IBlockOperation block && LeavesUnlessDevelopment(block, current, sources))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>An earlier <c>if (!env.IsDevelopment()) return;</c> of the same block.</summary>
    private static bool LeavesUnlessDevelopment(IBlockOperation block, IOperation statement, SourceModels sources) => block.Operations
        .TakeWhile(earlier => earlier != statement)
        .OfType<IConditionalOperation>()
        .Any(choice => choice.WhenFalse is null && AsksForDevelopment(choice.Condition, sources, following: 3) == false && choice.WhenTrue.Leaves());

    /// <summary>True where the condition holds on development machines only, false where it holds elsewhere only, null for others.</summary>
    private static bool? AsksForDevelopment(IOperation condition, SourceModels sources, int following) => condition switch
    {
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not => !AsksForDevelopment(not.Operand, sources, following),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } both =>
            AsksForDevelopment(both.LeftOperand, sources, following) == true || AsksForDevelopment(both.RightOperand, sources, following) == true ? true : null,
        IInvocationOperation { TargetMethod.Name: "IsDevelopment" } => true,
        IInvocationOperation { TargetMethod.Name: "IsProduction" } => false,
        IInvocationOperation { TargetMethod.Name: "IsEnvironment", Arguments: var arguments } => arguments.Any(argument => IsDevelopmentName(argument.Value)) ? true : null,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals } equality when IsDevelopmentName(equality.LeftOperand) || IsDevelopmentName(equality.RightOperand) => true,
        IPropertyReferenceOperation { Property: { Name: "IsAttached", ContainingType.Name: "Debugger" } } => true,
        IPropertyReferenceOperation { Property.Name: "IsDevelopment" } => true,
        ILocalReferenceOperation { Local: var local } when following > 0 =>
            sources.IndexOf(condition).InitialValue(local) is { } initial ? AsksForDevelopment(initial, sources, following - 1) : null,
        _ => null,
    };

    private static bool IsDevelopmentName(IOperation operation) =>
        operation.ConstantValue is { HasValue: true, Value: string text } && text.Equals("Development", StringComparison.OrdinalIgnoreCase);
}
