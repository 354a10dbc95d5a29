using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>The types that a program registers with its container: a handler's parameter of such a type comes from there, not from the request.</summary>
internal sealed class RegisteredServices(SocketCompilation compilation)
{
    private readonly Lazy<HashSet<ITypeSymbol>> types = new(() => Collect(compilation));

    public bool Contains(ITypeSymbol type) => types.Value.Contains(type);

    private static HashSet<ITypeSymbol> Collect(SocketCompilation compilation)
    {
        var found = new HashSet<ITypeSymbol>(SymbolEqualityComparer.Default);
        foreach (var tree in compilation.Compilation.SyntaxTrees)
        {
            var text = tree.GetText().ToString();
            if (text.IndexOf("Singleton", StringComparison.Ordinal) < 0 && text.IndexOf("Scoped", StringComparison.Ordinal) < 0 && text.IndexOf("Transient", StringComparison.Ordinal) < 0)
            {
                continue;
            }

            foreach (var call in tree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>())
            {
                if (call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } && Registers(name)
                    && compilation.Sources.For(tree)?.GetOperation(call) is IInvocationOperation registration)
                {
                    found.UnionWith(registration.TargetMethod.TypeArguments);
                    found.UnionWith(registration.Arguments.SelectMany(argument => argument.Value.DescendantsAndSelf()).OfType<ITypeOfOperation>().Select(type => type.TypeOperand));
                }
            }
        }

        return found;
    }

    private static bool Registers(string name) =>
        (name.StartsWith("Add", StringComparison.Ordinal) || name.StartsWith("TryAdd", StringComparison.Ordinal))
        && (name.EndsWith("Singleton", StringComparison.Ordinal) || name.EndsWith("Scoped", StringComparison.Ordinal) || name.EndsWith("Transient", StringComparison.Ordinal));
}
