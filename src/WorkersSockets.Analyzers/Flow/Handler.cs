using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>How a handler answers its caller, and so how a fix writes an early answer.</summary>
internal enum AnswerStyle
{
    /// <summary>It answers nobody, or in a way that has no room for a status.</summary>
    None,

    /// <summary>Returns <c>Workers.Response</c>: <c>Response.Text("…", status: 502)</c>.</summary>
    WorkersResponse,

    /// <summary>Returns <c>IResult</c>: <c>Results.StatusCode(502)</c>.</summary>
    Results,

    /// <summary>A controller action that returns <c>IActionResult</c> or <c>ActionResult&lt;T&gt;</c>: <c>StatusCode(502)</c>.</summary>
    Controller,

    /// <summary>Returns <c>IActionResult</c> outside a controller: <c>new StatusCodeResult(502)</c>.</summary>
    ActionResult,

    /// <summary>Returns nothing and writes to an <c>HttpContext</c>: <c>context.Response.StatusCode = 502; return;</c>.</summary>
    HttpContext,

    /// <summary>Returns <c>HttpResponseData</c>: <c>request.CreateResponse(HttpStatusCode.BadGateway)</c>.</summary>
    FunctionResponse,

    /// <summary>gRPC: throws <c>RpcException</c>.</summary>
    Rpc,

    /// <summary>SignalR: throws <c>HubException</c>.</summary>
    Hub,
}

/// <summary>A function that a framework calls, and what it has at hand. The texts are expressions that are valid in its body.</summary>
/// <param name="Method">The method, lambda or local function.</param>
/// <param name="Scope">For whom it runs.</param>
/// <param name="Answer">How it answers.</param>
internal sealed record Handler(IMethodSymbol Method, HandlerScope Scope, AnswerStyle Answer)
{
    /// <summary>Whether its failure is seen by a caller: all but handlers of raw connections, which answer nobody.</summary>
    public bool AnswersCaller { get; init; } = true;

    /// <summary>What has <c>WaitUntil</c>: a <c>Workers.Context</c> or a <c>DurableObjectState</c>.</summary>
    public string? Context { get; init; }

    /// <summary>The <c>Workers.Env</c>.</summary>
    public string? Env { get; init; }

    /// <summary>The <c>HttpContext</c>.</summary>
    public string? HttpContext { get; init; }

    /// <summary>The request object: <c>Workers.Request</c>, <c>HttpRequest</c>, <c>HttpRequestData</c>.</summary>
    public string? Request { get; init; }

    /// <summary>A cancellation token that ends with the request.</summary>
    public string? Token { get; init; }
}
