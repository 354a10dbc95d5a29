using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Flow;

namespace WorkersSockets.Analyzers.CodeFixes.Security;

/// <summary>How a function refuses a request: 403 in its own way of answering, an exception where it has none.</summary>
internal sealed class Refusal(SourceEdits edits, SemanticModel model, SyntaxNode function, ImmutableDictionary<string, string?> properties, CancellationToken cancellationToken)
{
    private string Text => At("What") == "Port" ? "The port is not allowed." : "The host is not allowed.";

    /// <summary>The statements that refuse, "\n" between lines; asks for the imports that they need.</summary>
    public string Write()
    {
        var method = (function is AnonymousFunctionExpressionSyntax ? model.GetSymbolInfo(function, cancellationToken).Symbol : model.GetDeclaredSymbol(function, cancellationToken)) as IMethodSymbol;
        switch (At("Answer"))
        {
            case nameof(AnswerStyle.WorkersResponse):
                return Return(method, "Response.Text(\"Forbidden\", status: 403)");
            case nameof(AnswerStyle.Results):
                Import("Microsoft.AspNetCore.Http");
                return Return(method, $"{(Mentions("TypedResults") && !Mentions("Results") ? "TypedResults" : "Results")}.StatusCode(403)");
            case nameof(AnswerStyle.Controller):
                return Return(method, "StatusCode(403)");
            case nameof(AnswerStyle.ActionResult) when HasStatusCode(method):
                return Return(method, "StatusCode(403)");
            case nameof(AnswerStyle.ActionResult):
                Import("Microsoft.AspNetCore.Mvc");
                return Return(method, "new StatusCodeResult(403)");
            case nameof(AnswerStyle.HttpContext) when At("HttpContext") is { } http:
                return $"{http}.Response.StatusCode = 403;\n{Leave(method)}";
            case nameof(AnswerStyle.FunctionResponse) when At("Request") is { } request:
                Import("System.Net");
                return Return(method, $"{request}.CreateResponse(HttpStatusCode.Forbidden)");
            case nameof(AnswerStyle.Rpc):
                Import("Grpc.Core");
                return $"throw new RpcException(new Status(StatusCode.PermissionDenied, \"{Text}\"));";
            case nameof(AnswerStyle.Hub):
                Import("Microsoft.AspNetCore.SignalR");
                return $"throw new HubException(\"{Text}\");";
        }

        if (method is not null && Handlers.Unwrapped(method.ReturnType) is INamedTypeSymbol { IsAbstract: false } answer && HoldsStatus(answer))
        {
            return Return(method, $"new {answer.ToMinimalDisplayString(model, function.SpanStart)} {{ StatusCode = 403 }}");
        }

        if (method is { ReturnsVoid: true } or { ReturnType: INamedTypeSymbol { Name: "Task", TypeArguments.IsEmpty: true } }
            && method.Parameters.FirstOrDefault(parameter => parameter.Type is { Name: "HttpListenerContext" }) is { } listened)
        {
            return $"{listened.Name}.Response.StatusCode = 403;\n{listened.Name}.Response.Close();\n{Leave(method)}";
        }

        if (At("Scope") == nameof(Catalog.HandlerScope.Request)
            && model.Compilation.GetTypeByMetadataName("Workers.TcpSocket") is null
            && model.Compilation.GetTypeByMetadataName("Microsoft.AspNetCore.Http.BadHttpRequestException") is not null)
        {
            Import("Microsoft.AspNetCore.Http");
            return $"throw new BadHttpRequestException(\"{Text}\", 403);";
        }

        Import("System");
        return $"throw new InvalidOperationException(\"{Text}\");";
    }

    private string? At(string key) => properties.TryGetValue(key, out var value) ? value : null;

    private void Import(string name) => Imports.Ensure(edits, model, function.SpanStart, name);

    private bool Mentions(string name) => function.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
        .Any(access => access.Expression is IdentifierNameSyntax { Identifier.ValueText: var text } && text == name);

    private static bool IsAsync(SyntaxNode function) => function switch
    {
        AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword),
        LocalFunctionStatementSyntax local => local.Modifiers.Any(SyntaxKind.AsyncKeyword),
        BaseMethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
        _ => false,
    };

    /// <summary>Returns an answer; a function that hands its callee's task on wraps it.</summary>
    private string Return(IMethodSymbol? method, string answer)
    {
        if (IsAsync(function) || method?.ReturnType is not INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments: { Length: 1 } results } task)
        {
            return $"return {answer};";
        }

        var type = model.Compilation.GetTypeByMetadataName("Workers.TcpSocket") is not null ? "" : $"<{results[0].ToMinimalDisplayString(model, function.SpanStart)}>";
        return $"return {task.Name}.FromResult{type}({answer});";
    }

    private string Leave(IMethodSymbol? method) => IsAsync(function) || method is null or { ReturnsVoid: true } ? "return;" : $"return {method.ReturnType.Name}.CompletedTask;";

    /// <summary>Controllers and pages have a method for it.</summary>
    private static bool HasStatusCode(IMethodSymbol? method)
    {
        if (method is null or { IsStatic: true })
        {
            return false;
        }

        for (var type = method.ContainingType; type is not null; type = type.BaseType)
        {
            if (type.GetMembers("StatusCode").OfType<IMethodSymbol>().Any(member => member.Parameters.Length == 1 && member.Parameters[0].Type.SpecialType == SpecialType.System_Int32))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The response objects of AWS Lambda and their like.</summary>
    private static bool HoldsStatus(INamedTypeSymbol answer) =>
        answer.Name.EndsWith("Response", StringComparison.Ordinal)
        && answer.InstanceConstructors.Any(constructor => constructor.Parameters.IsEmpty && constructor.DeclaredAccessibility == Accessibility.Public)
        && answer.GetMembers("StatusCode").OfType<IPropertySymbol>().Any(property => property is { Type.SpecialType: SpecialType.System_Int32, SetMethod.DeclaredAccessibility: Accessibility.Public });
}
