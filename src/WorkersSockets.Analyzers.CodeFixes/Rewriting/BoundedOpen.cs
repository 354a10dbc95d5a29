using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WorkersSockets.Analyzers.CodeFixes.Rewriting;

/// <summary>
/// The wait for a Workers socket that ends after a time: a pair of helper methods, added once to a class and found again there. The
/// shape is what the Workers compiler accepts, which has neither <c>Task.WhenAny</c> nor a source with a timeout.
/// </summary>
internal static class BoundedOpen
{
    private const string OpenWithin = """
        private static async Task OpenWithinAsync(TcpSocket socket, int milliseconds)
        {
            using var settled = new CancellationTokenSource();
            var opening = SignalWhenOpenAsync(socket, settled);
            try
            {
                await Task.Delay(milliseconds, settled.Token);
            }
            catch (Exception) when (settled.IsCancellationRequested)
            {
            }

            if (!settled.IsCancellationRequested)
            {
                throw new TimeoutException("The TCP connection was not opened in time.");
            }

            await opening;
        }
        """;

    private const string SignalWhenOpen = """
        private static async Task SignalWhenOpenAsync(TcpSocket socket, CancellationTokenSource settled)
        {
            try
            {
                await socket.OpenedAsync();
            }
            finally
            {
                settled.Cancel();
            }
        }
        """;

    /// <summary>The call that opens <paramref name="socket"/> within a time; null where the helpers have no place.</summary>
    public static string? Call(SourceEdits edits, SemanticModel model, SyntaxNode at, string socket, int milliseconds, CancellationToken cancellationToken)
    {
        if (OwnHelper(at, model, cancellationToken) is { } own)
        {
            return $"{own}({socket}, {Number(milliseconds)})";
        }

        // The name of the inner helper is needed first; it is written behind the outer one.
        var scratch = new SourceEdits(edits.Root, edits.Text);
        if (HelperMethods.AddOnce(scratch, model, at, SignalWhenOpen, cancellationToken) is not { } signal
            || HelperMethods.AddOnce(edits, model, at, OpenWithin.Replace("SignalWhenOpenAsync", signal), cancellationToken) is not { } open
            || HelperMethods.AddOnce(edits, model, at, SignalWhenOpen, cancellationToken) is null)
        {
            return null;
        }

        Imports.Ensure(edits, model, at.SpanStart, "System");
        Imports.Ensure(edits, model, at.SpanStart, "System.Threading");
        Imports.Ensure(edits, model, at.SpanStart, "System.Threading.Tasks");
        return $"{open}({socket}, {Number(milliseconds)})";
    }

    /// <summary>A helper of this name and form that the class has, though its body may be written in another way.</summary>
    private static string? OwnHelper(SyntaxNode at, SemanticModel model, CancellationToken cancellationToken) =>
        at.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type && model.GetDeclaredSymbol(type, cancellationToken) is INamedTypeSymbol symbol
            ? symbol.GetMembers().OfType<IMethodSymbol>()
                .FirstOrDefault(method => method is { IsStatic: true, ReturnType.Name: "Task", Parameters: { Length: 2 } parameters }
                    && method.Name.StartsWith("OpenWithin", StringComparison.Ordinal)
                    && parameters[0].Type.Name == "TcpSocket" && parameters[1].Type.SpecialType == SpecialType.System_Int32
                    && WaitsForATime(method, cancellationToken))?.Name
            : null;

    private static bool WaitsForATime(IMethodSymbol method, CancellationToken cancellationToken) =>
        method.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax(cancellationToken).DescendantTokens().Any(token => token.ValueText is "Delay" or "WhenAny" or "SetTimeout"));

    private static string Number(int milliseconds) => milliseconds.ToString(CultureInfo.InvariantCulture);
}
