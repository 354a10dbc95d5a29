using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Flow.Summaries;

namespace WorkersSockets.Analyzers.Rules.Connections;

/// <summary>WSK2006: a handler lets the failure of a connection become an unexplained 500.</summary>
internal sealed class ConnectFailureUnhandled : SocketRule
{
    /// <summary>Property: the <see cref="AnswerStyle"/> of the handler.</summary>
    public const string Answer = "answer";

    /// <summary>Property: the expression for the <c>HttpContext</c>.</summary>
    public const string HttpContext = "httpContext";

    /// <summary>Property: the expression for the request.</summary>
    public const string Request = "request";

    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } = ImmutableArray.Create(RuleCatalog.ConnectFailureUnhandled);

    public override void Analyze(BodyContext body)
    {
        if (TestCode.Contains(body.Flow.Owner, body.Compilation, body.Options))
        {
            return;
        }

        var passesThrough = new Lazy<bool>(() => PassesThrough(body.Flow.Root));

        // One find a handler: one catch answers for all that fails in it.
        var answered = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (var failing in body.Compilation.Failing.In(body.Flow.Root, body.CancellationToken))
        {
            if (body.Compilation.Handlers.At(failing.Operation, body.Flow.Owner, body.CancellationToken) is not { Scope: HandlerScope.Request } handler
                || (handler.Answer == AnswerStyle.None && !handler.AnswersCaller)
                || passesThrough.Value
                || IsInLocalFunction(failing.Operation, handler)
                || IsOnOpenSocket(failing, body)
                || !answered.Add(handler.Method))
            {
                continue;
            }

            var properties = ImmutableDictionary<string, string?>.Empty
                .Add(Answer, handler.Answer.ToString())
                .Add(HttpContext, handler.HttpContext)
                .Add(Request, handler.Request);
            body.Report(
                RuleCatalog.ConnectFailureUnhandled,
                failing.Operation.Syntax.GetLocation(),
                ImmutableArray<Location>.Empty,
                properties,
                $"'{failing.Destination}'");
        }
    }

    /// <summary>What fails in a local function fails where the handler calls that.</summary>
    private static bool IsInLocalFunction(IOperation operation, Handler handler) =>
        operation.Function() is ILocalFunctionOperation function && !SymbolEqualityComparer.Default.Equals(function.Symbol, handler.Method);

    /// <summary>Workers: something waited for the socket on every path to here, so that what fails is not the connection any more.</summary>
    private static bool IsOnOpenSocket(FailingConnect failing, BodyContext body)
    {
        // A helper that connects as well fails for a host, not for the socket that it is given.
        var isGiven = failing.Host?.Type?.Name == "TcpSocket";
        var uses = body.Flow.Events.Where(found => found.Object is { Surface: Surface.Workers, Origin: TrackedOrigin.Created or TrackedOrigin.Received } && found.Operation.Syntax.Span == failing.Operation.Syntax.Span
            && (found.Kind is FlowEventKind.Read or FlowEventKind.Write || (found.Kind == FlowEventKind.Passed && isGiven))).ToList();
        return uses.Count > 0 && uses.TrueForAll(use => (use.Before & ObjectStates.Opening) == ObjectStates.OpenAwaited);
    }

    private static bool PassesThrough(IOperation root) =>
        root.Descendants().OfType<IInvocationOperation>().Any(call => call.TargetMethod.Name == "PassThroughOnException");
}
