using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow.Constants;

/// <summary>One value that a variable is given.</summary>
/// <param name="Value">The expression.</param>
/// <param name="Path">Positions to take of it, outermost first, where the variable is one part of a tuple or one element.</param>
internal sealed record Write(IOperation Value, ImmutableArray<int> Path)
{
    /// <summary>A step of the path that stands for every element of a sequence.</summary>
    public const int EachElement = -1;

    /// <summary>The text is parsed on the way, by a <c>TryParse</c> whose out argument is the variable.</summary>
    public bool Parses { get; init; }

    /// <summary>The type that parses.</summary>
    public ITypeSymbol? Type { get; init; }

    public Write(IOperation value)
        : this(value, ImmutableArray<int>.Empty)
    {
    }
}

/// <summary>Finds what a local is given within a body.</summary>
internal static class Writes
{
    /// <summary>All of it; null where the local also changes in a way that is not followed, or is never written.</summary>
    public static ImmutableArray<Write>? Of(ILocalSymbol local, BodyIndex body)
    {
        var writes = ImmutableArray.CreateBuilder<Write>();
        bool Is(IOperation? operation) => operation switch
        {
            ILocalReferenceOperation reference => SymbolEqualityComparer.Default.Equals(reference.Local, local),
            IDeclarationExpressionOperation declaration => Is(declaration.Expression),
            _ => false,
        };
        foreach (var operation in body.WritesTo(local))
        {
            switch (operation)
            {
                case IVariableDeclaratorOperation declarator when SymbolEqualityComparer.Default.Equals(declarator.Symbol, local):
                    if (declarator.GetVariableInitializer()?.Value is { } initial)
                    {
                        writes.Add(new Write(initial));
                    }

                    break;
                case ISimpleAssignmentOperation { IsRef: false } assignment when Is(assignment.Target):
                    writes.Add(new Write(assignment.Value));
                    break;
                case ICoalesceAssignmentOperation assignment when Is(assignment.Target):
                    writes.Add(new Write(assignment.Value));
                    break;
                case ICompoundAssignmentOperation assignment when Is(assignment.Target):
                case IIncrementOrDecrementOperation { Target: var target } when Is(target):
                case IAddressOfOperation { Reference: var reference } when Is(reference):
                    return null;
                case IDeconstructionAssignmentOperation deconstruction when PathTo(deconstruction.Target, Is) is { } path:
                    writes.Add(new Write(deconstruction.Value, path));
                    break;
                case IForEachLoopOperation { LoopControlVariable: IVariableDeclaratorOperation { Symbol: var element } } loop
                    when SymbolEqualityComparer.Default.Equals(element, local):
                    writes.Add(new Write(loop.Collection, ImmutableArray.Create(Write.EachElement)));
                    break;
                case IForEachLoopOperation { LoopControlVariable: var variable } loop when PathTo(variable, Is) is { IsEmpty: false } path:
                    writes.Add(new Write(loop.Collection, path.Insert(0, Write.EachElement)));
                    break;
                case IArgumentOperation { Parameter.RefKind: RefKind.Ref } argument when Is(argument.Value):
                    return null;
                case IArgumentOperation { Parameter.RefKind: RefKind.Out } argument when Is(argument.Value):
                    if (argument.Parent is not IInvocationOperation { TargetMethod: { Name: "TryParse", IsStatic: true, ContainingType: var type }, Arguments: { Length: >= 2 } arguments })
                    {
                        return null;
                    }

                    writes.Add(new Write(arguments[0].Value) { Parses = true, Type = type });
                    break;
            }
        }

        return writes.Count == 0 ? null : writes.ToImmutable();
    }

    /// <summary>Where in a (nested) tuple of targets the variable stands; null where it is not there.</summary>
    private static ImmutableArray<int>? PathTo(IOperation target, Func<IOperation?, bool> isVariable)
    {
        if (isVariable(target))
        {
            return ImmutableArray<int>.Empty;
        }

        if (target is IDeclarationExpressionOperation declaration)
        {
            return PathTo(declaration.Expression, isVariable);
        }

        if (target is ITupleOperation tuple)
        {
            for (var position = 0; position < tuple.Elements.Length; position++)
            {
                if (PathTo(tuple.Elements[position], isVariable) is { } path)
                {
                    return path.Insert(0, position);
                }
            }
        }

        return null;
    }
}

/// <summary>Finds what a field or automatic property is given within its own type, the only place that can write it.</summary>
internal static class MemberWrites
{
    /// <summary>All of it; null where the member also changes in a way that is not followed, or is never written.</summary>
    public static ImmutableArray<Write>? Of(ISymbol member, SourceModels sources, CancellationToken cancellationToken)
    {
        var writes = ImmutableArray.CreateBuilder<Write>();
        foreach (var reference in member.DeclaringSyntaxReferences)
        {
            var initial = reference.GetSyntax(cancellationToken) switch
            {
                VariableDeclaratorSyntax declarator => declarator.Initializer?.Value,
                PropertyDeclarationSyntax property => property.Initializer?.Value,
                _ => null,
            };
            if (sources.OperationOf(initial, cancellationToken) is { } value)
            {
                writes.Add(new Write(value));
            }
            else if (initial is not null)
            {
                return null;
            }
        }

        foreach (var name in member.ContainingType is { } type ? sources.NamesIn(type, member.Name, cancellationToken) : Enumerable.Empty<SimpleNameSyntax>())
        {
            if (Target(name) is not { } target
                || !SymbolEqualityComparer.Default.Equals(sources.For(name.SyntaxTree)?.GetSymbolInfo(name, cancellationToken).Symbol, member))
            {
                continue;
            }

            if (target.Parent is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression or (int)SyntaxKind.CoalesceAssignmentExpression } assignment
                && sources.OperationOf(assignment.Right, cancellationToken) is { } value)
            {
                writes.Add(new Write(value));
            }
            else
            {
                return null;
            }
        }

        return writes.Count == 0 ? null : writes.ToImmutable();
    }

    /// <summary>The whole expression that names the member, where it is written to; null where it is only read.</summary>
    private static ExpressionSyntax? Target(SimpleNameSyntax name)
    {
        ExpressionSyntax expression = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
        return expression.Parent switch
        {
            AssignmentExpressionSyntax assignment when assignment.Left == expression => expression,
            PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression or (int)SyntaxKind.AddressOfExpression } => expression,
            PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression or (int)SyntaxKind.PostDecrementExpression } => expression,
            ArgumentSyntax { RefKindKeyword.RawKind: not (int)SyntaxKind.None and not (int)SyntaxKind.InKeyword } => expression,
            ArgumentSyntax { Parent: TupleExpressionSyntax { Parent: AssignmentExpressionSyntax assignment } tuple } when assignment.Left == tuple => expression,
            RefExpressionSyntax => expression,
            _ => null,
        };
    }
}
